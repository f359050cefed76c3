"""Health, metrics, textfile and pings: what other machines are told, against servers on this one."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from etl.sources.settings import load_settings, settings_model
from schedules.monitor import metrics
from schedules.monitor.health import health, http_status
from schedules.monitor.listen import AddressError, Listener, parse_address
from schedules.monitor.ping import address_of, ping
from schedules.monitor.state import state_of
from schedules.monitor.textfile import Textfile
from schedules.timetable.daemon import Daemon
from schedules.timetable.due import settle
from schedules.timetable.runner import run_due
from schedules.timetable.tasks import Tools
from warehouse import ledger
from warehouse.clock import FakeClock
from warehouse.core import Core
from warehouse.publish import publish
from warehouse.settings import parse_settings
from warehouse.workspace import Workspace

NOW = datetime(2026, 11, 26, 12, 30)
SCHEDULES = '[schedule.alive]\ntask = "heartbeat"\nevery = "1h"\nping_env = "ALIVE_PING"\n'


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    (tmp_path / "stuckneck.toml").write_text(SCHEDULES + '[monitor]\ntextfile = "node.prom"\n')
    workspace = Workspace(tmp_path)
    workspace.make_folders()
    return workspace


def samples(text: str) -> dict[tuple[str, tuple[str, ...]], float]:
    return {
        (one.name, tuple(value for _, value in sorted(one.labels.items()))): one.value
        for family in text_string_to_metric_families(text) for one in family.samples
    }  # fmt: skip


def read(space: Workspace, now: datetime = NOW) -> dict[tuple[str, tuple[str, ...]], float]:
    return samples(metrics.text(state_of(space, load_settings(space.settings_file), now), None))


def test_what_is_unknown_has_no_sample(space: Workspace) -> None:
    found = read(space)
    names = {name for name, _ in found}
    assert found["stuckneck_writing", ()] == found["stuckneck_daemon_running", ()] == 0
    assert "stuckneck_snapshot_age_seconds" not in names
    assert "stuckneck_disk_days_left" not in names
    assert "stuckneck_schedule_last_success_timestamp_seconds" not in names
    assert found["stuckneck_schedule_next_timestamp_seconds", ("alive", "heartbeat")] == datetime(
        2026, 11, 26, 13
    ).timestamp() - datetime(1970, 1, 1).timestamp()  # fmt: skip


def test_metrics_say_what_the_ledger_says(space: Workspace) -> None:
    with Core(space) as core:
        run = ledger.start(core.con, "refresh", now=NOW - timedelta(hours=3))
        ledger.park(core.con, run.run_id, now=NOW - timedelta(hours=1), resume_after=NOW, message="quota")
        core.con.execute(
            "INSERT INTO outbox (message_id, channel, recipient, kind, state, attempts, created_at, next_attempt_at)"
            " SELECT i, 'te\"am', 'all', 'immediate', if(i < 3, 'pending', 'sent'), 0, ?, ? FROM range(5) AS t(i)",
            [NOW, NOW],
        )  # fmt: skip
        core.con.execute("INSERT INTO quota_use VALUES ('epo_ops', 'week', 'bytes', '2026-11-23', 1000, ?)", [NOW])
        publish(core, 1)
    found = read(space)
    epoch = (NOW - timedelta(hours=1) - datetime(1970, 1, 1)).total_seconds()
    assert found["stuckneck_parked_since_timestamp_seconds", ("refresh",)] == epoch
    assert found["stuckneck_deliveries", ('te"am', "pending")] == 3
    assert found["stuckneck_quota_left", ("week", "epo_ops", "bytes")] == 4_000_000_000 - 1000
    assert found["stuckneck_last_run_failed", ("refresh",)] == 0
    assert ("stuckneck_snapshot_age_seconds", ()) in found


def test_health(space: Workspace) -> None:
    assert health(space)["status"] == "no snapshot"
    assert http_status(health(space)) == 503
    with Core(space, purpose="the first refresh") as core:
        assert health(space)["status"] == "starting"
        assert http_status(health(space)) == 200
        file = publish(core, 1)
    found = health(space)
    assert (found["status"], found["snapshot"], found["problems"]) == ("ok", "snapshot-000001.duckdb", [])
    assert http_status(health(space, problems=["the clock stands still"])) == 503
    file.write_bytes(b"not a database")
    assert health(space)["status"] == "failing"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("9465", ("127.0.0.1", 9465)), (":0", ("127.0.0.1", 0)), ("0.0.0.0:80", ("0.0.0.0", 80)), ("[::1]:9", ("::1", 9))],
)
def test_addresses(text: str, expected: tuple[str, int]) -> None:
    assert parse_address(text) == expected


@pytest.mark.parametrize("text", ["", "here", "127.0.0.1", "localhost:", "1:2:x", "127.0.0.1:99999"])
def test_no_addresses(text: str) -> None:
    with pytest.raises(AddressError, match="9465"):
        parse_address(text)


def test_the_listener_answers_two_addresses_to_this_machine_only(space: Workspace) -> None:
    problems: list[str] = []
    listener = Listener(space, "127.0.0.1:0", lambda: problems)
    port = listener.open()
    try:
        at = f"http://127.0.0.1:{port}"
        with Core(space) as core:
            publish(core, 1)
        assert requests.get(f"{at}/health", timeout=600).json()["status"] == "ok"
        problems.append("it no longer looks")
        assert requests.get(f"{at}/health", timeout=600).status_code == 503
        text = requests.get(f"{at}/metrics", timeout=600)
        assert text.headers["content-type"].startswith("text/plain; version=0.0.4")
        assert ("stuckneck_writing", ()) in samples(text.text)
        assert requests.get(f"{at}/", timeout=600).status_code == 404
        assert requests.post(f"{at}/metrics", timeout=600).status_code == 405
        foreign = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        foreign.request("GET", "/metrics", headers={"Host": "evil.example.org"})
        assert foreign.getresponse().status == 400
        with pytest.raises(AddressError, match="cannot be listened on"):
            Listener(space, f"127.0.0.1:{port}").open()
    finally:
        listener.close()


def test_a_daemon_that_no_longer_looks_is_no_healthy_one(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    daemon = Daemon(space, clock=FakeClock(NOW), real=False)
    daemon.wake()
    assert daemon.problems() == []
    later = time.monotonic() + 600
    monkeypatch.setattr("schedules.timetable.daemon.time.monotonic", lambda: later)
    assert "10 minutes" in daemon.problems()[0]
    daemon._is_at_work = True
    assert daemon.problems() == [], "a harvest may take hours"


def test_the_textfile_is_whole_and_readable_by_the_collector(space: Workspace) -> None:
    textfile = Textfile(space)
    assert textfile.write()
    file = space.root / "node.prom"
    assert file.stat().st_mode & 0o777 == 0o644
    assert ("stuckneck_writing", ()) in samples(file.read_text())
    assert not textfile.write(), "once a minute"
    assert textfile.write(now=True)
    assert [f.name for f in space.root.iterdir() if "node.prom" in f.name] == ["node.prom"]
    space.settings_file.write_text('[monitor]\ntextfile = "no/such/folder/node.prom"\n')
    assert not textfile.write(now=True), "told in the log, not raised"


class _Switch(BaseHTTPRequestHandler):
    told: list[tuple[str, str]] = []  # noqa: RUF012
    answer = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        type(self).told.append((self.path, body))
        self.send_response(self.answer)
        if self.answer == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def switch(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_Switch]]:
    server = HTTPServer(("127.0.0.1", 0), _Switch)
    _Switch.told, _Switch.answer = [], 200
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("ALIVE_PING", f"http://127.0.0.1:{server.server_port}/ping/uuid-1234?rid=7")
    yield _Switch
    server.shutdown()
    server.server_close()


def due_now(space: Workspace) -> None:
    settings = load_settings(space.settings_file)
    with Core(space) as core:
        settle(core.con, settings, NOW - timedelta(hours=2))
        run_due(Tools(core, settings, FakeClock(NOW)))


def test_each_slot_is_told_when_it_begins_and_ends(space: Workspace, switch: type[_Switch]) -> None:
    due_now(space)
    assert [path for path, _ in switch.told] == ["/ping/uuid-1234/start?rid=7", "/ping/uuid-1234?rid=7"]
    assert switch.told[1][1].startswith("heartbeat: done: alive")


def test_a_failed_slot_is_told_as_failed(
    space: Workspace, switch: type[_Switch], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("schedules.timetable.tasks.evaluate_operations", broken)
    due_now(space)
    assert [path for path, _ in switch.told][1:] == ["/ping/uuid-1234/fail?rid=7"]
    assert "No space left" in switch.told[1][1]


@pytest.mark.parametrize("answer", [302, 404, 500])
def test_a_switch_that_does_not_take_it_costs_nothing_but_a_line(
    space: Workspace, switch: type[_Switch], answer: int, caplog: pytest.LogCaptureFixture
) -> None:
    switch.answer = answer
    settings = load_settings(space.settings_file)
    assert not ping(space, settings, "alive", "success")
    assert f"HTTP {answer}" in caplog.text
    assert "uuid-1234" not in caplog.text
    assert {path for path, _ in switch.told} == {"/ping/uuid-1234?rid=7"}, "redirects are not followed"


def test_nobody_there_and_no_address(
    space: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings = load_settings(space.settings_file)
    assert not ping(space, settings, "alive", "start")
    assert "ALIVE_PING is not set" in caplog.text
    monkeypatch.setenv("ALIVE_PING", "http://127.0.0.1:9/uuid-5678")
    assert not ping(space, settings, "alive", "start")
    monkeypatch.setenv("ALIVE_PING", "uuid-5678")
    assert not ping(space, settings, "alive", "start")
    assert "uuid-5678" not in caplog.text
    assert not ping(space, settings, "no-such-schedule", "start")
    assert not ping(space, parse_settings(json.dumps("")[1:-1], model=settings_model()), "alive", "start")


def test_where_a_ping_goes() -> None:
    assert address_of("https://hc.example.org/uuid/", "fail") == "https://hc.example.org/uuid/fail"
    assert address_of("https://hc.example.org/uuid", "success") == "https://hc.example.org/uuid"
