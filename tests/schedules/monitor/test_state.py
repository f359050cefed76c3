"""Where a workspace stands, checked by hand: shares and times left, quotas, parked and cut runs, what waits."""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
from small_house import CREDENTIALS, FIRST, TECHNOLOGIES, corpus, small_workspace

from etl.sources.settings import load_settings, settings_model
from office.service.office import Office
from schedules.monitor.state import State, quotas_left, state_of, work_of
from schedules.monitor.waiting import waiting_for_a_person
from schedules.runs.refresh import refresh
from schedules.timetable.due import settle
from warehouse import ledger
from warehouse.clock import FakeClock, SystemClock
from warehouse.core import Core
from warehouse.run import running
from warehouse.settings import Settings, parse_settings
from warehouse.status import activity, facts
from warehouse.status.activity import Activity, Asked, Use
from warehouse.workspace import Workspace

NOW = datetime(2026, 11, 26, 12, 30)  # a Thursday


def settings(text: str = "") -> Settings:
    return parse_settings(text, model=settings_model())


def doing(**more: object) -> Activity:
    start = NOW - timedelta(seconds=100)
    facts_of_it = {
        "pid": 1, "process_started": "1", "host": "h", "purpose": "refresh", "since": start, "updated_at": NOW,
        "run_id": 4, "kind": "refresh", "step": "harvest", "what_since": start,
    }  # fmt: skip
    return Activity.model_validate(facts_of_it | more)


def test_what_is_left_follows_from_what_is_done() -> None:
    asked = [
        Asked(source="epo_ops", requests=500, bytes=0, refused=0),
        Asked(source="lens", requests=30, bytes=0, refused=2),
    ]
    work = work_of(doing(what="harvest lens", done=3, total=10, received=50, expected=100, asked=asked), NOW)
    assert work.share == pytest.approx(0.25)  # two queries and half of the third, of ten
    assert work.requests_done == 530
    assert work.requests_left == 90  # 30 requests made a quarter of it
    assert work.seconds_left == pytest.approx(300)
    first = work_of(doing(what="harvest lens", done=1, total=10, received=0, expected=None, asked=asked), NOW)
    assert (first.share, first.requests_left, first.seconds_left) == (0, None, None), "nothing is known yet"
    other = work_of(doing(what="enrich", done=30, total=40), NOW)
    assert other.share == 0.75
    assert other.requests_left is None
    assert other.seconds_left == pytest.approx(100 / 3)
    assert work_of(doing(what="merge", done=0, total=None), NOW).share is None
    assert work_of(doing(what="harvest lens", done=10, total=10, received=9, expected=7), NOW).share == 1


def test_quotas_are_of_this_hour_week_and_month() -> None:
    use = [
        Use(source="epo_ops", period="minute", unit="bytes", period_start=NOW - timedelta(minutes=m), used=1000)
        for m in (5, 59, 62)
    ]
    use += [
        Use(source="epo_ops", period="week", unit="bytes", period_start=datetime(2026, 11, 23), used=5000),
        Use(source="lens", period="month", unit="requests", period_start=datetime(2026, 10, 1), used=70),
    ]
    found = {
        (q.source, q.period): q for q in quotas_left(settings("[sources.lens]\nrequests_per_month = 100\n"), use, NOW)
    }
    assert found["epo_ops", "hour"].used == 2000
    assert found["epo_ops", "week"].left == 4_000_000_000 - 5000
    assert found["epo_ops", "week"].frees_at == datetime(2026, 11, 30)
    assert found["lens", "month"].used == 0, "October's use is not November's"
    later = {(q.source, q.period): q for q in quotas_left(settings(), use, NOW + timedelta(days=7))}
    assert later["epo_ops", "week"].used == later["epo_ops", "hour"].used == 0
    assert ("lens", "month") not in later, "no quota is stated"


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    (tmp_path / "stuckneck.toml").write_text('[schedule.nightly]\ntask = "refresh"\ncron = "0 3 * * *"\n')
    workspace = Workspace(tmp_path)
    workspace.make_folders()
    return workspace


def stand(workspace: Workspace, now: datetime = NOW) -> State:
    return state_of(workspace, load_settings(workspace.settings_file), now)


def test_an_empty_workspace_has_a_state(space: Workspace) -> None:
    found = stand(space)
    assert (found.work, found.snapshot, found.is_daemon_running) == (None, None, False)
    assert found.schedules[0].next_at == datetime(2026, 11, 26, 19)  # 03:00 in Shanghai
    assert found.schedules[0].last_success_at is None
    assert waiting_for_a_person(found) == []


def test_parked_failed_and_cut_runs_wait_for_a_person(space: Workspace) -> None:
    with Core(space) as core:
        run = ledger.start(core.con, "refresh", now=NOW - timedelta(hours=2), as_of=date(2026, 11, 26))
        ledger.park(core.con, run.run_id, now=NOW, resume_after=NOW + timedelta(hours=1), message="quota")
    found = stand(space)
    assert [(r.run_id, r.parked_at) for r in found.parked] == [(1, NOW)]
    assert [i.command for i in waiting_for_a_person(found)] == ["stuckneck refresh"]
    with Core(space) as core:
        ledger.resume(core.con, 1)
        ledger.step(core.con, 1, "load")
        assert stand(space).cut == [], "somebody writes: nobody can say that it was cut"
    found = stand(space)
    assert found.parked == []
    assert "was cut in step load" in waiting_for_a_person(found)[0].sentence
    with Core(space) as core:
        ledger.finish(core.con, 1, "failed", now=NOW, message="CredentialsMissingError: set STUCKNECK_LENS_TOKEN")
        core.con.execute(
            "INSERT INTO outbox (message_id, channel, recipient, kind, state, attempts, created_at, next_attempt_at)"
            " VALUES (1, 'team', 'all', 'immediate', 'given_up', 200, ?, ?)", [NOW, NOW],
        )  # fmt: skip
    (space.inbox / "x.json.refused").touch()
    items = waiting_for_a_person(stand(space))
    assert [i.command.split()[0:3] for i in items[:2]] == [
        ["stuckneck", "doctor"],
        ["stuckneck", "alerts", "deliveries"],
    ]
    assert "STUCKNECK_LENS_TOKEN" in items[0].sentence
    assert len(items) == 3


def test_schedules_know_their_last_success_and_what_waits(space: Workspace) -> None:
    stated = load_settings(space.settings_file)
    with Core(space) as core:
        settle(core.con, stated, NOW - timedelta(days=3))
        settle(core.con, stated, NOW)
        core.con.execute("UPDATE schedule_slots SET attempts = 2, reason = 'no network' WHERE state = 'due'")
        slot = core.con.execute("SELECT slot FROM schedule_slots WHERE state = 'due'").fetchone()
        core.con.execute(
            "UPDATE schedule_slots SET state = 'done', ended_at = ? WHERE slot ="
            " (SELECT min(slot) FROM schedule_slots)",
            [NOW - timedelta(days=2)],
        )
    one = stand(space).schedules[0]
    assert slot is not None
    assert (one.due_slot, one.attempts, one.reason) == (slot[0], 2, "no network")
    assert one.last_success_at == NOW - timedelta(days=2)


def test_facts_are_written_when_a_run_begins_ends_and_the_warehouse_closes(space: Workspace) -> None:
    with Core(space) as core:
        with running(core, "heartbeat", FakeClock(NOW)):
            known = facts.stored(space)
            assert known is not None
            assert [(r.kind, r.state) for r in known.latest_runs] == [("heartbeat", "running")]
            now = activity.current(space)
            assert now is not None
            assert (now.run_id, now.kind) == (1, "heartbeat")
        known = facts.stored(space)
        assert known is not None
        assert [(r.state, r.last_success_at) for r in known.latest_runs] == [("succeeded", NOW)]
        now = activity.current(space)
        assert now is not None
        assert now.run_id is None
    assert facts.file_of(space).stat().st_mode & 0o777 == 0o600
    facts.file_of(space).unlink()
    assert stand(space).latest("heartbeat") is None
    again = state_of(space, settings(), NOW, may_write=True).latest("heartbeat")
    assert again is not None, "where the file is missing and the warehouse is free, it is asked"


def test_the_first_harvest_can_be_watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(activity, "EVERY", 0.0)
    seen: list[State] = []
    with Office(corpus(), FIRST) as office:
        workspace = small_workspace(tmp_path / "w", office)
        stated = load_settings(workspace.settings_file)

        def look(what: str, _done: int, _total: int | None) -> None:
            if what.startswith("harvest"):
                seen.append(state_of(workspace, stated, SystemClock().now()))

        with Core(workspace, purpose="refresh") as core:
            refresh(core, stated, clock=FakeClock(datetime(2021, 5, 31, 12)), as_of=FIRST, progress=look)
        asked = len(office.state.requests)
    assert all(s.snapshot is None and s.work is not None for s in seen)
    works = [s.work for s in seen if s.work is not None]
    assert {w.activity.step for w in works} == {"harvest"}
    assert {w.activity.technology_id for w in works} - {None} == set(TECHNOLOGIES)
    done = [w.requests_done for w in works]
    assert done == sorted(done)
    assert 0 < done[-1] <= asked
    shares = [w.share for w in works if w.activity.what == "harvest lens" and w.share is not None]
    assert shares == sorted(shares)
    assert shares[0] < shares[-1] <= 1
    final = state_of(workspace, stated, datetime(2021, 6, 1))
    assert final.work is None
    assert final.snapshot == "snapshot-000001.duckdb"
    assert {s.source for s in final.facts.sources if s.last_success_at is not None} == {"epo_ops", "lens"}
