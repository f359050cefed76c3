"""The simulated year: its calendar, what is planted in it, and the office that plays it."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from office.corpus.corpus import Corpus, build_corpus
from office.plan.model import Publication
from office.service.faults import FaultDice, Faults
from office.service.office import Office
from schedules.slots import to_utc

ZONE = ZoneInfo("Europe/Berlin")
# Sundays 02:30: the slot falls into the hour that is skipped in March and into the one that comes twice in October.
CRON = "30 2 * * 0"
FIRST_SUNDAY = date(2021, 10, 17)
WEEKS = 52  # to 9 October 2022: past every planted event, over both clock changes
SUNDAYS = [FIRST_SUNDAY + timedelta(weeks=n) for n in range(WEEKS)]

# The technologies something is planted in, and two that hold the ranges of the frames where they are.
TECHNOLOGIES = ("battery-separator", "acceleration-sensor", "chip", "common-rail", "vacuum-evaporation-machine",
                "tactile-sensor", "high-strength-stainless-steel")  # fmt: skip
EDITED, EDITED_FROM, QUERY_OF = "tactile-sensor", date(2022, 3, 6), "aviation-steel"
# The office loses what joined this technology in its rise, for two weeks: it would look as if it had gone back.
LOST, LOSS = "acceleration-sensor", (date(2022, 9, 11), date(2022, 9, 25))
# For a week both services state more hits than they have: the sources fail their own audit.
WRONG_TOTALS = date(2022, 5, 8)
DISK_FULL = date(2022, 2, 6)
CHANNEL_DOWN = (date(2022, 7, 18), date(2022, 8, 8))

FAULTS = Faults(seed=7, too_many=0.02, unavailable=0.02, reset=0.015, truncated=0.015, html=0.01, expired_scroll=0.01)

SETTINGS = """
[sources]
synthetic = true
[sources.epo_ops]
base_url = "{ops}"
[sources.lens]
base_url = "{lens}"
requests_per_minute = 100000
[harvest]
topics = false
enrichment_requests = 0
[place]
network = false
bootstrap_draws = 200
[schedule.refresh]
task = "refresh"
cron = "{cron}"
time_zone = "Europe/Berlin"
[schedule.deliver]
task = "deliver"
every = "1d"
[schedule.prune]
task = "prune"
cron = "30 4 1 * *"
[retention]
snapshots = 3
landing_days = 60
[delivery.channels.team]
url_env = "YEAR_CHANNEL"
attach_chart = false
per_hour = 1000
"""


# The topics are not harvested here; the shortest list there can be.
TOPICS = """
[edition]
name = "year"
[[category]]
id = "ic-design"
category = "design"
name_zh = "集成电路设计"
name_en = "IC design"
scope = "芯片"
[[topic]]
id = "ic-design-eda"
parent = "ic-design"
name_zh = "电子设计自动化"
name_en = "Design automation"
query = "ipc:G06F30/3*"
[[topic]]
id = "ic-design-test"
parent = "ic-design"
name_zh = "可测试性设计"
name_en = "Design for test"
query = "ipc:G01R31/3*"
"""


def moment(day: date) -> datetime:
    """Return the slot of a Sunday in UTC."""
    return to_utc(datetime(day.year, day.month, day.day, 2, 30), ZONE)


def catalogue(edited: bool) -> str:
    """Return technologies.toml with the seven technologies, one of them with another query when `edited`."""
    text = files("etl.catalogue").joinpath("technologies.toml").read_text(encoding="utf-8")
    known = {t["id"]: t for t in tomllib.loads(text)["technology"]}
    parts = [f'[edition]\nname = "year{"-edited" if edited else ""}"\n']
    for name in TECHNOLOGIES:
        one = known[name]
        query = known[QUERY_OF if edited and name == EDITED else name]["query"]
        parts.append(
            f'[[technology]]\nid = "{name}"\nnumber = {one["number"]}\nname_zh = "{one["name_zh"]}"\n'
            f'name_en = "{one["name_en"]}"\nstatus = "watched"\nquery = """\n{_escaped(query)}"""\n'
        )
    return "\n".join(parts)


def _escaped(query: str) -> str:
    return query.replace("\\", "\\\\").replace('"', '\\"')


class YearOffice(Office):
    """The office; during LOSS it does not know some publications, and afterwards knows them again."""

    def __init__(self, corpus: Corpus, faults: Faults) -> None:
        super().__init__(corpus, FIRST_SUNDAY, faults)
        self._usual = self.state.dice
        self._wrong = FaultDice(Faults(shifted_total=1.0, spare_retry=False))
        self._lost = [p for p in _joined(corpus) if p.date >= date(2022, 7, 1) and p.withdrawn_on is None]

    def advance(self, to: date) -> None:
        """Move the clock; forget or remember what is lost meanwhile; state wrong totals in their week."""
        self.state.dice = self._wrong if to == WRONG_TOTALS else self._usual
        for one in self._lost:
            one.withdrawn_on = LOSS[0] if LOSS[0] <= to < LOSS[1] else None
        super().advance(to)


def _joined(corpus: Corpus) -> list[Publication]:
    return [p for f in corpus.families if f.role == "joining" and LOST in f.technologies for p in f.publications]


def make_corpus() -> Corpus:
    """Build the corpus (one an office: the loss is written into it)."""
    return build_corpus(families_per_technology=60, with_topics=False)


def make_workspace(folder: Path, office: Office) -> Path:
    """Write settings and lists."""
    services = office.addresses
    folder.mkdir(parents=True)
    (folder / "stuckneck.toml").write_text(SETTINGS.format(ops=services.epo_ops, lens=services.lens, cron=CRON))
    (folder / "technologies.toml").write_text(catalogue(False), encoding="utf-8")
    (folder / "topics.toml").write_text(TOPICS, encoding="utf-8")
    return folder
