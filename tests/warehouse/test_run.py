"""The lifecycle of a run: how its body ends decides what the ledger says and what the next start does."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from warehouse import ledger
from warehouse.clock import FakeClock
from warehouse.core import Core, transaction
from warehouse.frames import batches
from warehouse.process.interruption import Stopped, _State
from warehouse.publish import NoSnapshotError, current
from warehouse.run import OpenRun, ParkedError, StopRequestedError, close_cut, figure_tables, running, seen_to_its_end
from warehouse.workspace import Workspace

NOW = datetime(2022, 1, 1, 3)
CLOCK = FakeClock(NOW)


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    with Core(Workspace(tmp_path)) as core:
        yield core


def states(core: Core) -> list[tuple[object, ...]]:
    return core.con.execute("SELECT kind, state, message FROM runs ORDER BY run_id").fetchall()


def place_something(core: Core, run_id: int) -> None:
    core.con.execute(
        "INSERT INTO run_placements (run_id, technology_id, frame, as_of, origin, data_label)"
        " VALUES (?, 'lidar', 'relative', '2022-01-01', 'live', 'synthetic')",
        [run_id],
    )


def broken_run(core: Core, kind: str, error: BaseException, slot: datetime | None = None) -> OpenRun:
    """Begin a run that places something and ends with `error`; return it."""
    opened = []
    with pytest.raises(type(error)), running(core, kind, CLOCK, slot=slot) as run:  # noqa: PT012
        opened.append(run)
        place_something(core, run.run_id)
        raise error
    return opened[0]


def test_a_body_that_ends_normally_has_succeeded(core: Core) -> None:
    with running(core, "import", CLOCK) as run:
        run.message = "3 records"
    assert states(core) == [("import", "succeeded", "3 records")]


def test_a_body_that_publishes_is_in_its_own_snapshot(core: Core) -> None:
    import duckdb

    with running(core, "place", CLOCK) as run:
        run.message = "placed"
        run.publish()
    assert run.snapshot == current(core.workspace)
    with duckdb.connect(str(run.snapshot), read_only=True) as published:
        rows = published.execute("SELECT state, snapshot, step, message FROM runs").fetchall()
    assert rows == [("succeeded", 1, "publish", "placed")]


def test_a_parked_run_is_continued_under_its_number(core: Core) -> None:
    after = NOW + timedelta(days=1)
    with running(core, "refresh", CLOCK, as_of=date(2022, 1, 1)) as run:
        raise ParkedError(after, "The week's quota is spent.")
    assert run.parked_until == after
    assert states(core) == [("refresh", "parked", run.message)]
    with running(core, "refresh", CLOCK, as_of=date(2022, 1, 8)) as again:
        pass
    assert again.resumed
    assert (again.run_id, again.runs[0].as_of) == (run.run_id, date(2022, 1, 1))


@pytest.mark.parametrize("stop", [StopRequestedError, Stopped, KeyboardInterrupt])
@pytest.mark.parametrize(
    ("kind", "continued"), [("refresh", True), ("import", True), ("review", True), ("place", False),
                            ("provinces", False), ("conditions", False), ("backfill", False)],
)  # fmt: skip
def test_what_was_cut_is_continued_or_closed_by_the_next_start(
    core: Core, kind: str, continued: bool, stop: type[BaseException]
) -> None:
    broken_run(core, kind, stop())
    assert states(core) == [(kind, "running", None)]
    with running(core, "deliver", CLOCK):  # of any kind
        pass
    closed = (kind, "failed", "cut before its end; nothing of it was published")
    assert states(core)[0] == ((kind, "running", None) if continued else closed)
    assert core.con.execute("SELECT count(*) FROM run_placements").fetchone() == (int(continued),)
    with running(core, kind, CLOCK) as again:
        pass
    assert again.resumed is continued


def test_a_task_of_a_slot_is_continued_in_its_slot_only(core: Core) -> None:
    for slot, resumed in ((NOW, False), (NOW, True), (NOW + timedelta(days=1), False)):
        assert broken_run(core, "prune", StopRequestedError(), slot).resumed is resumed


def test_a_failed_run_says_why_and_leaves_no_figures(core: Core) -> None:
    broken_run(core, "place", OSError("No space left on device"))
    assert states(core) == [("place", "failed", "OSError: No space left on device")]
    assert core.con.execute("SELECT count(*) FROM run_placements").fetchone() == (0,)


def test_a_publish_that_fails_is_undone(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    def publish_with(error: BaseException) -> None:
        def copyfile(*_: object) -> None:
            raise error

        with monkeypatch.context() as patched, running(core, "review", CLOCK) as run:
            patched.setattr("warehouse.publish.shutil.copyfile", copyfile)
            run.publish()

    for run_id, error, end in ((1, OSError("No space"), "failed"), (2, KeyboardInterrupt(), "running")):
        with pytest.raises(type(error)):
            publish_with(error)
        assert ledger.get(core.con, run_id).state == end
        assert ledger.get(core.con, run_id).snapshot is None
    with pytest.raises(NoSnapshotError):
        current(core.workspace)


@pytest.mark.parametrize("end", [RuntimeError, KeyboardInterrupt])
def test_runs_published_before_keep_their_place_when_making_them_again_fails(
    core: Core, end: type[BaseException]
) -> None:
    def attempt() -> OpenRun:
        known = [ledger.get(core.con, 1)] if ledger.get(core.con, 1) else []
        ledger.reopen(core.con, 1)
        return OpenRun(core, CLOCK, [*known, ledger.start(core.con, "backfill", now=NOW)])

    with running(core, "backfill", CLOCK) as first:
        place_something(core, first.run_id)
        first.publish()
    with pytest.raises(end), seen_to_its_end(attempt()):
        raise end("broken")
    close_cut(core, CLOCK, kind="refresh")
    assert [row[:2] for row in states(core)] == [("backfill", "succeeded"), ("backfill", "failed")]
    assert core.con.execute("SELECT run_id FROM run_placements").fetchall() == [(1,)]


def test_every_table_of_figures_is_known(core: Core) -> None:
    """What a failed run leaves is dropped from every table that holds figures of a run, whatever is added later."""
    from analytics.matrix.rows import TABLES
    from analytics.network.store import TABLES as NETWORK

    known = set(figure_tables(core))
    assert known >= {*TABLES, *NETWORK, "run_families", "run_certainty", "run_attributions", "run_provinces"}
    assert "runs" not in known


def test_only_the_lifecycle_and_the_ledger_write_the_state_of_runs() -> None:
    root = Path(__file__).parents[2]
    wings = ("app", "analytics", "etl", "office", "schedules", "warehouse")
    files = [file for wing in wings for file in (root / wing).rglob("*.py")]
    writers = {str(f.relative_to(root)) for f in files if "UPDATE runs" in f.read_text(encoding="utf-8")}
    assert writers == {"warehouse/ledger.py"}


def many_rows(core: Core) -> Iterator[object]:
    """Rows that come batch after batch, as a placement reads its citations."""
    return batches(core.con.sql("SELECT range FROM range(50_000_000)"), 1_000)


def test_a_fault_while_rows_come_is_recorded_with_its_run(core: Core) -> None:
    with pytest.raises(ZeroDivisionError) as raised, running(core, "place", CLOCK) as run, transaction(core.con):  # noqa: PT012
        place_something(core, run.run_id)
        for _ in many_rows(core):
            raise ZeroDivisionError("a fault")
    assert raised.tb is not None, "what holds the frames, and in them the rows"
    assert states(core) == [("place", "failed", "ZeroDivisionError: a fault")]
    assert core.con.execute("SELECT count(*) FROM run_placements").fetchone() == (0,)


def test_a_stop_while_rows_come_leaves_the_run_to_the_next_start(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped() -> None:
        rows = many_rows(core)
        next(rows)
        monkeypatch.setattr(_State, "received", signal.SIGTERM)
        core.interrupt()  # from another thread, in life
        list(rows)

    with pytest.raises(Stopped), running(core, "place", CLOCK), transaction(core.con):
        stopped()
    assert states(core) == [("place", "running", None)]
    assert core.con.execute("SELECT count(*) FROM run_placements").fetchone() == (0,)
