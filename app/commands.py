"""The commands of `stuckneck` and where each is; a module is imported when its command is called: lists are free."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from app.display import DISPLAY, never_fail_to_encode
from app.said import give_json
from app.spoken import errors_said, say_help, say_help_option
from words import language
from words.glossary import Language
from words.language import say

_PANEL = "rich_help_panel"


class Command(NamedTuple):
    """A command's name, the module under `app` whose ``register`` adds it, and its line in ``stuckneck --help``.

    The line is the first sentence of the command's own help (tests/app/test_commands.py compares them).
    """

    name: str
    module: str
    help: str
    panel: str
    also: tuple[str, ...] = ()  # modules that must have registered too


SETUP, GATHER, READ, DEFEND, OPERATE, STUDIES = "Set up", "Gather", "Read", "Defend", "Operate", "Studies"

# In the order of `stuckneck --help`, a panel after another.
COMMANDS = (
    Command("init", "watch.init", "Make a workspace: settings, technology list, topic list, data folders.", SETUP),
    Command(
        "demo", "watch.demo",
        "Run everything once against the simulated office (synthetic data, no credentials, no network).",
        SETUP,
    ),
    Command(
        "doctor", "watch.doctor",
        "Check credentials, services, disk, snapshot age, and which indicators can be fed.",
        SETUP,
    ),
    Command(
        "catalogue", "watch.lists.catalogue", "The lists of technologies and topics, their queries and editions.",
        SETUP,
    ),
    Command(
        "import", "watch.import_files",
        "Import export files of incoPat, 智慧芽, CNIPA, Lens … and bulk files.",
        GATHER,
    ),
    Command("bulk", "watch.bulk", "Make the tables of every figure from bulk files, for `place --marts`.", GATHER),
    Command(
        "refresh", "watch.refresh",
        "Harvest, load, audit, measure, place and publish; continues a run that was cut.",
        GATHER,
    ),
    Command("harvest", "watch.refresh", "Only harvest and load; `refresh` or `place` measures later.", GATHER),
    Command("place", "watch.place", "Measure and place every technology at a date, without harvesting.", GATHER),
    Command(
        "backfill", "watch.backfill",
        "Re-place everything as of each date and store it beside the live runs, marked.",
        GATHER,
    ),
    Command(
        "matrix", "matrix.show", "Where each technology is: the matrix of the latest run, or of the one asked for.",
        READ,
    ),
    Command("history", "matrix.show", "The track of one technology through the record and the backfill.", READ),
    Command("show", "matrix.show", "All about one technology: place, indicators, IPC shift, funnel, coverage.", READ),
    Command(
        "families", "ask.families",
        "The patents behind a figure: titles, applicants, country, dates, IPC, links; as a workbook with -o.",
        READ,
    ),
    Command("chart", "matrix.chart", "Draw the strategy matrix of the published snapshot.", READ),
    Command(
        "report", "report.command",
        "Write the report: headlines, matrix, moves and why, all technologies, what is unsettled, sources, method.",
        READ,
    ),
    Command("sql", "ask.sql", "Ask the warehouse in SQL (read-only; DuckDB's dialect).", READ),
    Command(
        "export", "ask.export",
        "Write a data package: views of the published snapshot, their dictionary, licences, versions and checksums.",
        READ,
    ),
    Command(
        "serve", "web.command",
        "Serve the workbench: matrix, technologies, families, alerts and SQL as pages in a browser.",
        READ,
    ),
    Command("mcp", "assistant.command", "Give an assistant eight read-only tools over the views.", READ),
    Command(
        "explain", "matrix.explain",
        "Why technologies moved: exact Shapley parts, new IPC codes, in one sentence each.",
        DEFEND,
    ),
    Command("compare", "matrix.compare", "Two placements side by side: then, now, change, and what made it.", DEFEND),
    Command("sensitivity", "outlook.sensitivity", "Which places survive any other choice of method or source.", DEFEND),
    Command("forecast", "outlook.forecast", "How likely another quadrant is in 12 months, with its back-test.", DEFEND),
    Command(
        "review", "watch.review",
        "Judge all candidates: watched, could be watched, not measurable; propose changes to the list.",
        DEFEND,
    ),
    Command(
        "network", "network.command",
        "On whose shoulders a technology stands: main path, dependence, convergence, holders.",
        DEFEND,
    ),
    Command(
        "coverage", "ask.coverage",
        "What is there of what should be: by source, office and month, which fields, and how far the newest months "
        "lag.",
        DEFEND,
    ),
    Command("holders", "operate.holders", "Who holds a technology: names, concentration, risk of a monopoly.", DEFEND),
    Command("users", "web.command", "Users of the workbench: who may see and do what.", OPERATE),
    Command(
        "status", "watch.status",
        "What runs and how far it is, quotas, last successes, open alerts, and what waits for a person.",
        OPERATE,
    ),
    Command("runs", "ask.runs", "What ran, when, how it ended, which snapshot it published.", OPERATE),
    Command("alerts", "operate.alerts", "Alerts: what moved, and who knows.", OPERATE),
    Command(
        "sentinels", "operate.sentinels",
        "What each source answers about known publications, and what differs from before.",
        OPERATE,
    ),
    Command("schedule", "operate.schedule", "What is due, what was, what will be.", OPERATE),
    Command("daemon", "operate.schedule", "Stay and run what is due, until SIGTERM; continues what was cut.", OPERATE),
    Command(
        "backup", "operate.upkeep",
        "Write the warehouse, what had landed and the lists to one tar (no secrets).",
        OPERATE,
    ),
    Command(
        "restore", "operate.upkeep",
        "Make a workspace from a backup, checked file by file and brought up to this version.",
        OPERATE,
    ),
    Command("rebuild", "operate.rebuild", "Merge all records again, or --check the merged tables against it.", OPERATE),
    Command(
        "prune", "operate.upkeep", "Remove what the retention policy no longer keeps, and shrink the core file.",
        OPERATE,
    ),
    Command(
        "reproduce", "studies.reproduce",
        "Recompute a published study from its printed tables and print the differences.",
        STUDIES, also=("studies.provinces.command",),
    ),
    Command(
        "calibration", "studies.calibration",
        "Whether the odds hold: intervals and probabilities against worlds with a known truth.",
        STUDIES,
    ),
    Command(
        "provinces", "studies.provinces.command",
        "Which conditions are necessary or sufficient for a province?",
        STUDIES,
    ),
    Command("nca", "studies.nca.command", "Which levels of a condition are necessary for the outcome?", STUDIES),
    Command("qca", "studies.qca.command", "Which combinations of conditions are sufficient for the outcome?", STUDIES),
)  # fmt: skip


class Globals(NamedTuple):
    """Options of every command, which may come before or after it."""

    lang: str | None
    quiet: bool
    verbose: bool
    json: bool


def take_globals(args: Sequence[str]) -> tuple[Globals, list[str]]:
    """Return the global options found anywhere before ``--``, and the arguments without them.

    ``--json`` before the command is moved behind it: it is the command's own option.
    """
    rest: list[str] = []
    lang: str | None = None
    quiet = verbose = as_json = False
    left = list(args)
    while left:
        word = left.pop(0)
        if word == "--":
            rest += [word, *left]
            break
        if word == "--lang" and left:
            lang = left.pop(0)
        elif word.startswith("--lang="):
            lang = word.partition("=")[2]
        elif word in {"-q", "--quiet"}:
            quiet = True
        elif word in {"-v", "--verbose"}:
            verbose = True
        elif word == "--json" and not any(not w.startswith("-") for w in rest):
            as_json = True
        else:
            rest.append(word)
    if as_json and rest:
        rest.append("--json")
    return Globals(lang, quiet, verbose, as_json), rest


def _folder(args: Sequence[str]) -> Path:
    """Return the workspace folder that the arguments name, the current one where they name none."""
    for i, word in enumerate(args):
        if word in {"-w", "--workspace"} and i + 1 < len(args):
            return Path(args[i + 1])
        if word.startswith("--workspace="):
            return Path(word.partition("=")[2])
    return Path()


def begin(args: Sequence[str]) -> list[str]:
    """Settle language, time zone and loudness of this call; return the arguments without the global options.

    Language: ``--lang``, else `lang` in stuckneck.toml, else the locale.
    """
    asked, rest = take_globals(args)
    never_fail_to_encode()
    folder = _folder(rest)
    wanted = asked.lang if asked.lang in ("zh", "en") else None
    language.use(cast(Language, wanted or language.of_workspace(folder) or language.of_environment(os.environ)))
    if asked.lang not in (None, "zh", "en", "both"):
        sys.stderr.write(say(f"--lang {asked.lang}: there are zh and en; both for charts and reports.") + "\n")
        raise SystemExit(2)
    DISPLAY.quiet, DISPLAY.verbose, DISPLAY.both = asked.quiet, asked.verbose, asked.lang == "both"
    DISPLAY.zone = language.zone_of_workspace(folder)
    return rest


def load(command: Command) -> Any:
    """Import the command's modules and return it as the command line's own object (a command or a group)."""
    registered = typer.Typer()
    for module in (command.module, *command.also):
        importlib.import_module(f"app.{module}").register(registered)
    found = get_group(registered).commands[command.name]
    give_json(found, command.name)
    say_help(found)
    return found


class LazyCommand(TyperCommand):
    """An entry in the list of commands; becomes the real one when it is called."""

    def __init__(self, command: Command) -> None:
        super().__init__(command.name, help=say(command.help))
        setattr(self, _PANEL, say(command.panel))
        self._command = command

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Make the real command's context: from here on it is the one that runs."""
        return load(self._command).make_context(*args, **kwargs)


class Commands(TyperGroup):
    """The group of all commands, none of them imported yet."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Read the options before the command's name."""
        with errors_said():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Read the command's own options and run it."""
        with errors_said():
            return super().invoke(ctx)

    def main(self, args: Sequence[str] | None = None, *more: Any, **kwargs: Any) -> Any:
        """Settle what holds for the whole call, then run the command."""
        rest = begin(sys.argv[1:] if args is None else args)
        self.help = say(self.help or "")
        say_help_option(self)
        for command in COMMANDS:
            self.add_command(LazyCommand(command))
        for param in cast(list[Any], self.params):
            if getattr(param, "help", None):
                param.help = say(param.help)
        return super().main(rest, *more, **kwargs)
