"""The commands of `stuckneck` and where each lives; a module is imported when its command is called, not before.

Listing the commands, printing the version or refusing a misspelt name thus costs no warehouse, no charts, no numerics.
"""

from __future__ import annotations

import importlib
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group


class Command(NamedTuple):
    """A command's name, the module under `app` whose ``register`` adds it, and its line in ``stuckneck --help``.

    The line is the first sentence of the command's own help (tests/app/test_commands.py compares them).
    """

    name: str
    module: str
    help: str
    also: tuple[str, ...] = ()  # modules that must have registered too


# In the order of `stuckneck --help`: first steps, daily use, upkeep, studies.
COMMANDS = (
    Command(
        "init", "watch.init",
        "Make a workspace: settings, technology list, topic list, data folders. 新建工作区。",
    ),
    Command(
        "demo", "watch.demo",
        "Run everything once against the simulated office (synthetic data, no credentials, no network). 演示。",
    ),
    Command(
        "reproduce", "studies.reproduce",
        "重算论文图表 Recompute a published study from its printed tables and print the differences.",
        also=("studies.provinces.command",),
    ),
    Command(
        "doctor", "watch.doctor",
        "Check credentials, services, disk, snapshot age, and which indicators can be fed. 自检。",
    ),
    Command(
        "catalogue", "watch.catalogue",
        "The lists of technologies and topics, their queries and editions. 技术与主题清单。",
    ),
    Command(
        "import", "watch.import_files",
        "Import export files of incoPat, 智慧芽, CNIPA, Lens … and bulk files. 导入导出文件与批量数据。",
    ),
    Command(
        "refresh", "watch.refresh",
        "Harvest, load, audit, measure, place and publish; continues a run that was cut. 刷新。",
    ),
    Command("harvest", "watch.refresh", "Only harvest and load; `refresh` or `place` measures later. 只采集与入库。"),
    Command(
        "place", "watch.place",
        "Measure and place every technology at a date, without harvesting. 测度与定位（不采集）。",
    ),
    Command(
        "matrix", "matrix.show",
        "Where each technology stands: the strategy matrix of the latest run. 策略矩阵。",
    ),
    Command("history", "matrix.show", "The track of one technology through all runs. 一项技术的历次定位。"),
    Command(
        "show", "matrix.show",
        "All about one technology: place, indicators, IPC shift, funnel, coverage. 一项技术的全部依据。",
    ),
    Command("chart", "matrix.chart", "Draw the strategy matrix of the published snapshot. 绘制策略矩阵。"),
    Command(
        "sql", "ask.sql", "Ask the warehouse in SQL (read-only; DuckDB's dialect). 用 SQL 查询数据仓库（只读）。",
    ),
    Command("runs", "ask.runs", "What ran, when, how it ended, which snapshot it published. 运行记录。"),
    Command("export", "ask.export", "Write tables and views of the published snapshot to files. 导出数据集。"),
    Command(
        "explain", "matrix.explain",
        "Why technologies moved: exact Shapley parts, new IPC codes, in one sentence each. 变动归因。",
    ),
    Command("alerts", "operate.alerts", "Alerts: what moved, and who knows. 告警。"),
    Command("schedule", "operate.schedule", "What is due, what was, what will be. 定时任务。"),
    Command(
        "daemon", "operate.schedule",
        "Stay and run what is due, until SIGTERM; continues what was cut. 守护进程。",
    ),
    Command(
        "backfill", "watch.backfill",
        "Re-place everything as of each date and store it beside the live runs, marked. 历史回填。",
    ),
    Command(
        "review", "watch.review",
        "Judge all candidates: watched, could be watched, not measurable; propose changes to the list. 清单复核。",
    ),
    Command(
        "backup", "operate.upkeep",
        "Write the warehouse, what had landed and the lists to one tar (no secrets). 备份。",
    ),
    Command(
        "restore", "operate.upkeep",
        "Make a workspace from a backup, checked file by file and brought up to this version. 恢复。",
    ),
    Command(
        "prune", "operate.upkeep",
        "Remove what the retention policy no longer keeps, and shrink the core file. 清理。",
    ),
    Command(
        "network", "network.command",
        "On whose shoulders a technology stands: main path, dependence, convergence, holders. 引文网络。",
    ),
    Command(
        "provinces", "studies.provinces.command",
        "Which conditions are necessary or sufficient for a province? 省域研究：必要条件与组态。",
    ),
    Command(
        "nca", "studies.nca.command",
        "Which levels of a condition are necessary for the outcome? 必要条件分析 (NCA).",
    ),
    Command(
        "qca", "studies.qca.command",
        "Which combinations of conditions are sufficient for the outcome? 定性比较分析 (QCA).",
    ),
)  # fmt: skip


def load(command: Command) -> Any:
    """Import the command's modules and return it as the command line's own object (a command or a group)."""
    registered = typer.Typer()
    for module in (command.module, *command.also):
        importlib.import_module(f"app.{module}").register(registered)
    return get_group(registered).commands[command.name]


class LazyCommand(TyperCommand):
    """Stands in the list of commands; becomes the real one when it is called."""

    def __init__(self, command: Command) -> None:
        super().__init__(command.name, help=command.help)
        self._command = command

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Make the real command's context: from here on it is the one that runs."""
        return load(self._command).make_context(*args, **kwargs)


class Commands(TyperGroup):
    """The group of all commands, none of them imported yet."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        for command in COMMANDS:
            self.add_command(LazyCommand(command))
