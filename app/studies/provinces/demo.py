"""The provincial study's whole chain on synthetic data: simulated office → warehouse → conditions → Tables 1–5."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from analytics.provinces.study import ProvincialStudy
from analytics.provinces.variables import KNOWN
from app.common import err
from app.progress import bars
from app.watch.demo import _credentials, _fresh_folder, _settings
from app.watch.init import write_workspace
from app.watch.office_process import OfficeProcess
from etl.harvest import HarvestTarget, harvest
from etl.harvest import Progress as Harvested
from etl.load.conditions import read_conditions
from etl.load.merged.merge import merge
from etl.load.pages import load_landed
from etl.sources.registry import register
from etl.sources.settings import load_settings
from office.plan.provinces import OUTCOME_YEAR, conditions
from schedules.runs.conditions import store_conditions
from schedules.runs.lists import read_lists
from schedules.runs.progress import Progress
from schedules.runs.provinces import run_provinces
from warehouse.clock import Clock, SystemClock
from warehouse.core import Core
from warehouse.run import running
from warehouse.settings import Settings

FAMILIES = 60
CLOCK = date(OUTCOME_YEAR, 12, 31)


def write_conditions(file: Path) -> Path:
    """Write the simulated office's own conditions as the table a user would import; each row says synthetic."""
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("province", "year", "variable", "value", "source"))
        writer.writerows(conditions())
    return file


def run_demo(folder: Path) -> ProvincialStudy:
    """Make a workspace in `folder`, harvest the topic search of the simulated office, import its conditions, study."""
    _fresh_folder(folder)
    err.print(
        "Everything below is SYNTHETIC: no real provinces, no real patents.",
        style="yellow",
        soft_wrap=True,
    )
    with OfficeProcess(seed=20210531, families=FAMILIES, clock_date=CLOCK) as office, _credentials():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "stuckneck.toml").write_text(_settings(office), encoding="utf-8")
        workspace, _ = write_workspace(folder)
        settings = load_settings(workspace.settings_file)
        clock = SystemClock()
        with Core(workspace, purpose="provinces demo") as core, bars() as progress:
            lists = read_lists(core, clock.now())
            targets = [
                t for t in lists.targets(topics=True) if t.technology_id in {i.id for i in lists.topics.harvested}
            ]
            register(core.con, synthetic=True)
            quick = settings.model_copy(
                update={"harvest": settings.harvest.model_copy(update={"enrichment_requests": 0})}
            )
            with running(core, "refresh", clock, as_of=CLOCK) as run:
                _harvest(core, quick, run.run_id, targets, clock, progress)
                merge(core.con, lists.queries())
                run.message = "topic search of the demo"
            table = read_conditions(
                write_conditions(folder / "conditions-synthetic.csv"), {n: v.unit for n, v in KNOWN.items()}
            )
            store_conditions(core, table, clock=clock)
            return run_provinces(core, settings, clock=clock).study


def _harvest(
    core: Core, settings: Settings, run_id: int, targets: list[HarvestTarget], clock: Clock, progress: Progress
) -> None:
    seen: set[tuple[str, str]] = set()

    def report(step: Harvested) -> None:
        seen.add((step.source, step.technology_id))
        progress(f"harvest {step.source}", sum(source == step.source for source, _ in seen), len(targets))

    harvest(core.con, core.workspace, settings, run_id, targets, as_of=CLOCK, clock=clock, progress=report)
    load_landed(core.con, core.workspace, run_id, now=clock.now())
