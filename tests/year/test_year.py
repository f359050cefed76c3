"""A simulated year, weekly, in a process that is killed fifty times: nothing is lost, repeated, or falsely reported.

Two years are lived through against the same synthetic office: a calm one, and a wild one with faults at the services,
SIGKILL at random moments, the disk full once and the channel down for three weeks. Both cross two clock changes whose
hour holds the slot, an edited query, a data incident, a flapper and a neighbour that moves the range.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from year_plan import (
    CHANNEL_DOWN,
    EDITED,
    EDITED_FROM,
    FAULTS,
    LOSS,
    LOST,
    SUNDAYS,
    WRONG_TOTALS,
    YearOffice,
    make_corpus,
    make_workspace,
    moment,
)

from etl.sources.settings import load_settings
from office.service.faults import Faults
from schedules.slots import slots_of
from warehouse.core import connect
from warehouse.publish import connect_snapshot, current
from warehouse.workspace import Workspace

HERE = Path(__file__).parent
KILLS = 50
ENVIRONMENT = {"STUCKNECK_OPS_KEY": "demo", "STUCKNECK_OPS_SECRET": "demo", "STUCKNECK_LENS_TOKEN": "demo",
               "PYTHONPATH": str(HERE.parents[1])}  # fmt: skip
# The history: what was measured, where it was placed, how sure, why it moved (run numbers and clock times apart).
HISTORY = ("run_indicators", "run_placements", "run_screening", "run_shift", "run_window_top", "run_weights",
           "run_country_methods", "run_certainty")  # fmt: skip

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")]


@dataclass
class Year:
    """A year that was lived: its workspace, how often it was killed, what the channel received."""

    root: Path
    kills: int = 0
    ended: list[int] = field(default_factory=list)
    office: YearOffice | None = None

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        con = connect(self.root / "warehouse" / "core.duckdb")
        try:
            return con.execute(query, list(values)).fetchall()
        finally:
            con.close()

    def log(self) -> str:
        file = self.root / "log"
        return file.read_text() if file.exists() else ""


class Channel:
    """A webhook that is down for three weeks of the office's time."""

    def __init__(self) -> None:
        self.received: list[str] = []
        self.refused = 0
        self.clock: Callable[[], date] = lambda: SUNDAYS[0]
        channel = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                down = CHANNEL_DOWN[0] <= channel.clock() < CHANNEL_DOWN[1]
                if down:
                    channel.refused += 1
                else:
                    channel.received.append(body)
                self.send_response(500 if down else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"json://127.0.0.1:{self.server.server_address[1]}/alerts"


def _kill_some_time(year: Year, pid: int, dice: random.Random, gone: threading.Event) -> None:
    """Kill the process at a random moment, about once a simulated week: sooner when the kills are behind."""
    file = year.root / "week"

    def ahead() -> int:
        return year.kills - int(file.read_text() if file.exists() else 0)

    while ahead() > 2:
        if gone.wait(0.05):
            return
    if not gone.wait(dice.uniform(0.1, 1.0 if ahead() < -2 else 3.5)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def live(year: Year, faults: Faults, *, kills: int, channel: Channel) -> None:
    """Live through a year; `kills` times the process is killed at a random moment."""
    dice = random.Random(20211017)
    with YearOffice(make_corpus(), faults) as office:
        year.office = office
        channel.clock = lambda: office.clock
        make_workspace(year.root, office)
        if not kills:
            (year.root / "disk-was-full").write_text("never in the calm year")
        driver = subprocess.Popen(
            [sys.executable, str(HERE / "year_driver.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, **ENVIRONMENT, "YEAR_CHANNEL": channel.address},
        )  # fmt: skip
        assert driver.stdin is not None
        assert driver.stdout is not None
        disk_full = False
        while True:
            driver.stdin.write(json.dumps({"root": str(year.root), "disk_full": disk_full}) + "\n")
            driver.stdin.flush()
            pid = json.loads(driver.stdout.readline())["pid"]
            gone = threading.Event()
            killer = threading.Thread(target=_kill_some_time, args=(year, pid, dice, gone))
            if year.kills < kills and not disk_full:
                killer.start()
            status = json.loads(driver.stdout.readline())["ended"]
            gone.set()
            if killer.ident is not None:
                killer.join()
            year.ended.append(status)
            year.kills += status == -signal.SIGKILL
            if status == 0:
                break
            # 7: the disk is about to be full, which is lived through unkilled; whatever came of that, go on after it
            disk_full = status == 7
            if year.ended[-8:].count(1) == 8:
                break
        driver.stdin.close()
        driver.wait(timeout=600)


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Year, Year, Channel]]:
    """The calm year and the wild one, lived at the same time."""
    folder = tmp_path_factory.mktemp("years")
    calm, wild = Year(folder / "calm"), Year(folder / "wild")
    quiet, channel = Channel(), Channel()
    began = time.monotonic()
    threads = [
        threading.Thread(target=live, args=(calm, Faults()), kwargs={"kills": 0, "channel": quiet}),
        threading.Thread(target=live, args=(wild, FAULTS), kwargs={"kills": KILLS, "channel": channel}),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"two years in {time.monotonic() - began:.0f} s, {used.ru_utime + used.ru_stime:.0f} s of processor time")
    yield calm, wild, channel
    quiet.server.shutdown()
    channel.server.shutdown()


def history(year: Year) -> dict[str, list[tuple[object, ...]]]:
    con = connect_snapshot(current(Workspace(year.root)))
    try:
        return {
            name: con.execute(
                f"SELECT r.as_of, t.* EXCLUDE (run_id) FROM {name} AS t JOIN runs AS r USING (run_id)"
                " WHERE r.state = 'succeeded' ORDER BY ALL"
            ).fetchall()
            for name in HISTORY
        } | {
            "run_attributions": con.execute(
                "SELECT r.as_of, t.* EXCLUDE (from_run, to_run) FROM run_attributions AS t JOIN runs AS r"
                " ON r.run_id = t.to_run ORDER BY ALL"
            ).fetchall()
        }
    finally:
        con.close()


def test_the_year_came_to_its_end_and_was_as_wild_as_it_should_be(years: tuple[Year, Year, Channel]) -> None:
    calm, wild, channel = years
    assert calm.ended == [0], calm.log()
    assert wild.ended[-1] == 0, wild.log()
    assert wild.kills == KILLS
    assert wild.office is not None
    drawn = wild.office.state.dice.drawn
    assert set(drawn) >= {"too_many", "unavailable", "reset", "truncated", "html"}, drawn
    assert (wild.root / "disk-was-full").read_text() == "yes"
    assert wild.rows("SELECT max(resumed) FROM runs WHERE kind = 'refresh'")[0][0] >= 1
    assert channel.refused > 0


def test_every_due_slot_has_one_successful_run_or_one_recorded_reason(years: tuple[Year, Year, Channel]) -> None:
    for year in years[:2]:
        settings = load_settings(year.root / "stuckneck.toml")
        due = slots_of("refresh", settings.schedule["refresh"]).between(
            moment(SUNDAYS[0]) - timedelta(hours=1), moment(SUNDAYS[-1]) + timedelta(hours=1)
        )
        assert due == [moment(day) for day in SUNDAYS], "two clock changes, and still one slot a week"
        found = year.rows(
            "SELECT slot, state, run_id, reason, as_of FROM schedule_slots WHERE task = 'refresh' ORDER BY 1"
        )
        assert [row[0] for row in found] == due
        assert [row[4] for row in found] == SUNDAYS
        assert all(row[1] == "done" and row[2] is not None for row in found)
        runs = year.rows(
            "SELECT slot, count(*) FROM runs WHERE kind = 'refresh' AND state = 'succeeded' GROUP BY 1 ORDER BY 1"
        )
        assert runs == [(slot, 1) for slot in due]
        assert year.rows("SELECT count(*) FROM runs WHERE state IN ('running', 'parked')") == [(0,)]
        others = year.rows("SELECT state, run_id, reason FROM schedule_slots WHERE task <> 'refresh'")
        assert all((state == "done" and run is not None) or reason for state, run, reason in others)


def test_the_history_equals_that_of_the_undisturbed_year(years: tuple[Year, Year, Channel]) -> None:
    calm, wild, _ = years
    expected, found = history(calm), history(wild)
    for name, rows in expected.items():
        assert rows, name
        assert found[name] == rows, name


def confirmed(year: Year) -> list[tuple[Any, ...]]:
    return year.rows(
        "SELECT technology_id, from_strategy, to_strategy, as_of FROM alert_facts"
        " WHERE rule IN ('moved', 'crossed_back') AND certainty = 'confirmed' ORDER BY as_of, technology_id"
    )


def test_every_planted_move_is_alerted_once_and_no_planted_non_move_is(years: tuple[Year, Year, Channel]) -> None:
    for year in years[:2]:
        assert year.office is not None
        planned = [p for p in year.office.state.corpus.truth.planned if p.kind == "move"]
        assert len(planned) == 2
        expected = []
        for move in sorted(planned, key=lambda p: p.on):
            first = next(day for day in SUNDAYS if day >= move.on)
            sure = year.rows(
                "SELECT min(p.as_of) FROM run_placements AS p"
                " JOIN run_certainty AS c USING (run_id, technology_id, frame)"
                f" WHERE frame = 'relative' AND technology_id = ? AND strategy = ? AND as_of >= ?"
                f" AND (p.as_of > ? OR c.p_{move.to_strategy} >= 0.8)",
                move.technology, move.to_strategy, first, first,
            )[0][0]  # fmt: skip
            expected.append((move.technology, move.from_strategy, move.to_strategy, sure))
        found = confirmed(year)
        assert [row[:3] for row in found] == [row[:3] for row in expected]
        for (*_, shown), (*_, sure) in zip(found, expected, strict=True):
            assert shown == sure, "within the run in which it became confirmed"


def test_the_non_moves_did_look_like_moves(years: tuple[Year, Year, Channel]) -> None:
    """What must not be alerted did happen: each of the four crossed a line in the figures."""
    calm = years[0]
    for technology in ("vacuum-evaporation-machine", "chip", EDITED, LOST):
        quadrants = calm.rows(
            "SELECT strategy FROM run_placements WHERE frame = 'relative' AND technology_id = ? ORDER BY as_of",
            technology,
        )
        changes = sum(a != b for a, b in pairwise(quadrants))
        assert changes >= 1, technology


def test_incidents_and_revisions_are_named_as_such(years: tuple[Year, Year, Channel]) -> None:
    for year in years[:2]:
        shown = year.rows("SELECT as_of, rule, technology_id FROM alert_facts ORDER BY alert_id")
        assert (WRONG_TOTALS, "incident") in {row[:2] for row in shown}
        content = {"moved", "crossed_back", "watch", "jumped", "newcomer"}
        assert not [row for row in shown if row[0] == WRONG_TOTALS and row[1] in content], "held while a source fails"
        revised = [(row[0], row[2]) for row in shown if row[1] == "revised" and LOSS[0] <= row[0] <= LOSS[1]]
        # So many missing at once are believed when the next week says the same.
        believed = LOSS[0] + timedelta(days=7)
        assert revised == [(believed, LOST), (LOSS[1], LOST)], "what was lost, and what came back, is no progress"
        assert (EDITED_FROM, "list_changed") in {row[:2] for row in shown}


def test_alerts_reached_the_channel_although_it_was_down(years: tuple[Year, Year, Channel]) -> None:
    _, wild, channel = years
    received = [json.dumps(json.loads(body), ensure_ascii=False) for body in channel.received]
    shown = wild.rows("SELECT alert_id, title_en FROM alert_facts WHERE rule = 'moved' AND certainty = 'confirmed'")
    for number, title in shown:
        assert any(title in body for body in received), title
        states = wild.rows("SELECT DISTINCT state FROM outbox WHERE alert_id = ?", number)
        assert states == [("sent",)]
    waiting = wild.rows("SELECT count(*) FROM outbox WHERE state <> 'sent'")
    assert waiting == [(0,)]


def test_upkeep_kept_the_year_small(years: tuple[Year, Year, Channel]) -> None:
    wild = years[1]
    assert len(list((wild.root / "snapshots").glob("*.duckdb"))) <= 3 + 5, "pruned monthly to three"
    kept = wild.rows("SELECT min(received_at) FROM pages WHERE path IS NOT NULL")[0][0]
    assert kept >= moment(date(2022, 7, 31)) - timedelta(days=1)
    named = {row[0] for row in wild.rows("SELECT path FROM pages WHERE path IS NOT NULL")}
    assert all((wild.root / path).is_file() for path in named)


def test_a_snapshot_of_the_year_opens(years: tuple[Year, Year, Channel]) -> None:
    with duckdb.connect(str(current(Workspace(years[1].root))), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM matrix_history").fetchone() != (0,)
