"""A run that got nothing is no success: who is held, and when nothing may be published."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from small_house import CREDENTIALS, small_workspace

from etl.sources.settings import load_settings
from schedules.runs.answers import Held, NothingCameError, sentence, unanswered, unexpected
from schedules.runs.outcome import SOURCE_ERRORS
from schedules.runs.refresh import refresh
from warehouse import ledger
from warehouse.clock import FakeClock
from warehouse.core import Core, connect
from warehouse.migrate import migrate
from warehouse.publish import NoSnapshotError, current

RUN = 2


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    con = connect(tmp_path / "core.duckdb")
    migrate(con)
    yield con
    con.close()


def asked(con: duckdb.DuckDBPyConnection, technology: str, source: str, *states: tuple[str, int | None]) -> None:
    for state, received in states:
        con.execute(
            "INSERT INTO slices (slice_id, run_id, source, technology_id, query_hash, purpose, received, state, note)"
            " VALUES ((SELECT coalesce(max(slice_id), 0) + 1 FROM slices), ?, ?, ?, 'q', 'search', ?, ?, ?)",
            [RUN, source, technology, received, state, None if state == "done" else f"{source} said no"],
        )


def spoke_before(con: duckdb.DuckDBPyConnection, technology: str, source: str) -> None:
    con.execute(
        "INSERT INTO source_hits VALUES (?, ?, 'q', 'CN-1-A', 1, 1, 1, 1, NULL)",
        [source, technology],
    )


def test_who_was_answered_is_not_held(con: duckdb.DuckDBPyConnection) -> None:
    asked(con, "chip", "lens", ("split", None), ("done", 3), ("done", 0))
    asked(con, "lidar", "lens", ("done", 0))
    asked(con, "valve", "lens", ("differs", 5))  # audit slices_differ reports it
    assert unanswered(con, RUN, ["chip", "lidar", "valve"]) == []


@pytest.mark.parametrize("state", ["planned", "differs"])
def test_who_no_source_answered_is_held(con: duckdb.DuckDBPyConnection, state: str) -> None:
    asked(con, "chip", "lens", ("done", 3))
    asked(con, "lidar", "lens", (state, 0))
    assert unanswered(con, RUN, ["chip", "lidar", "valve"]) == [
        Held("lidar", "lens", "lens said no"), Held("valve", None, "it was not asked about")
    ]  # fmt: skip


def test_a_source_that_spoke_before_may_not_fall_silent(con: duckdb.DuckDBPyConnection) -> None:
    for technology in ("chip", "lidar"):
        asked(con, technology, "epo_ops", ("done", 3))
        asked(con, technology, "lens", ("planned", None))
    spoke_before(con, "chip", "lens")
    assert [one.technology_id for one in unanswered(con, RUN, ["chip", "lidar"])] == ["chip"]


def test_no_answer_at_all_is_a_failure_that_says_why(con: duckdb.DuckDBPyConnection) -> None:
    asked(con, "chip", "lens", ("planned", None))
    asked(con, "lidar", "lens", ("differs", 0))
    with pytest.raises(NothingCameError, match=r"any of 2 technologies.*lens said no"):
        unanswered(con, RUN, ["chip", "lidar"])


def test_totals_far_under_what_is_expected_are_named(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("INSERT INTO family_memberships VALUES ('chip', 'q', 1, '2020-01-01')")
    found = unexpected(con, ["chip", "lidar", "valve"], {"chip": 4000, "lidar": 1}, first=True)
    assert [(one.technology_id, one.why) for one in found] == [
        ("chip", "1 families where about 4,000 are expected"),
        ("lidar", "0 families where about 1 are expected"),
        ("valve", "nothing was found the first time it was asked; check its query"),
    ]
    assert sentence(found) == "held for want of usable answers: chip, lidar, valve (table run_held says why)"


def test_a_first_run_that_finds_nothing_asks_a_person(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(NothingCameError, match="first run found nothing"):
        unexpected(con, ["chip"], {}, first=True)
    assert unexpected(con, ["chip"], {}, first=False) != []


class _Refusing(BaseHTTPRequestHandler):
    """A service that understands no query."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b'{"message": "no such field"}'
        self.send_response(400)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def refusing() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_service_that_refuses_everything_fails_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusing: str
) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    office = SimpleNamespace(addresses=SimpleNamespace(epo_ops=refusing, lens=refusing))
    workspace = small_workspace(tmp_path / "w", office)  # type: ignore[arg-type]
    text = workspace.settings_file.read_text().replace("[sources.epo_ops]", "[sources.epo_ops]\nenabled = false")
    workspace.settings_file.write_text(text)
    with Core(workspace) as core:
        with pytest.raises(SOURCE_ERRORS, match=r"no such field|usable answer"):
            refresh(core, load_settings(workspace.settings_file), clock=FakeClock(datetime(2022, 1, 1)))
        assert ledger.get(core.con, 1).state == "failed"
        assert core.con.execute("SELECT traceback LIKE '%Error%' FROM runs").fetchone() == (True,)
    with pytest.raises(NoSnapshotError):
        current(workspace)
