"""`doctor` tries the services with the keys it has, and its exit code says whether something must be done."""

from __future__ import annotations

import json
import os
import stat
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from app.watch.doctor import register
from app.watch.init import write_workspace
from office.service.faults import Faults
from office.service.office import Office
from schedules.upkeep.backup import backup, restore
from tests.schedules.small_house import CREDENTIALS, FIRST, corpus, small_workspace
from warehouse.core import Core
from warehouse.publish import publish
from warehouse.workspace import Workspace

needs_modes = pytest.mark.skipif(os.name == "nt", reason="the system has no file modes")


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etl.fetch.trial.TIMEOUT_SECONDS", 600)  # a slow machine is no service away
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


def doctor(workspace: Workspace, *words: str) -> tuple[int, dict[str, tuple[str, str]]]:
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    done = CliRunner().invoke(app, ["doctor", "-w", str(workspace.root), "--json", *words], catch_exceptions=False)
    return done.exit_code, {r["check"]: (r["state"], r["finding"]) for r in json.loads(done.stdout)}


def published(workspace: Workspace, technologies: tuple[str, ...] = ("lidar", "chip", "common-rail")) -> Workspace:
    """Publish one record of each of `technologies` and a finished run."""
    with Core(workspace) as core:
        for name in technologies:
            core.con.execute(
                "INSERT INTO source_hits BY NAME SELECT 'lens' AS source, ? AS technology_id, 'q' AS query_hash,"
                " 'CN-1-A' AS publication_number, 1 AS page_id, 1 AS row_no, 1 AS run_id, 1 AS last_run",
                [name],
            )
        core.con.execute(
            "INSERT INTO runs BY NAME SELECT 1 AS run_id, 'refresh' AS kind, 'succeeded' AS state, '{}' AS settings,"
            " current_date AS as_of, now()::TIMESTAMP AS started_at, now()::TIMESTAMP AS finished_at"
        )
        publish(core)
    return workspace


def test_good_keys_are_taken(tmp_path: Path) -> None:
    with Office(corpus(), FIRST, ops_credentials=("demo", "demo"), lens_token="demo") as office:
        code, found = doctor(published(small_workspace(tmp_path, office)))
        assert {name: found[f"service {name}"][0] for name in ("epo_ops", "lens")} == {"epo_ops": "ok", "lens": "ok"}
        assert office.state.meter.month_calls == 1, "one search of one row"
        assert found["records"][0] == found["rights"][0] == found["snapshot"][0] == "ok"
        assert code == 0


@pytest.mark.parametrize(
    ("services", "refused", "names"),
    [
        ({"ops_credentials": ("other", "demo")}, "epo_ops", "STUCKNECK_OPS_KEY"),
        ({"lens_token": "other"}, "lens", "STUCKNECK_LENS_TOKEN"),
    ],
)
def test_a_refused_key_fails_and_is_named(tmp_path: Path, services: dict, refused: str, names: str) -> None:
    with Office(corpus(), FIRST, **services) as office:
        workspace = published(small_workspace(tmp_path, office))
        code, found = doctor(workspace)
        other = {"epo_ops": "lens", "lens": "epo_ops"}[refused]
        assert found[f"service {refused}"][0] == "fail"
        assert names in found[f"service {refused}"][1]
        assert found[f"service {other}"][0] == "ok"
        assert code == 1
        assert doctor(workspace, "--offline")[0] == 0, "--offline tries nothing"


def test_one_service_away_is_a_warning_all_away_a_failure(tmp_path: Path) -> None:
    with Office(corpus(), FIRST) as office:
        workspace = published(small_workspace(tmp_path, office))
        text = workspace.settings_file.read_text(encoding="utf-8")
        address = office.addresses.epo_ops
        workspace.settings_file.write_text(text.replace(address, "http://127.0.0.1:9/3.2"), encoding="utf-8")
        code, found = doctor(workspace)
        assert found["service epo_ops"][0] == "warn"
        assert "services" not in found
        assert code == 0
    code, found = doctor(workspace)
    assert found["services"][0] == "fail"
    assert code == 1


def test_a_service_out_of_order_gives_no_usable_answer(tmp_path: Path) -> None:
    with Office(corpus(), FIRST, Faults(unavailable=1.0)) as office:
        workspace = published(small_workspace(tmp_path, office))
        text = workspace.settings_file.read_text(encoding="utf-8")
        off = text.replace("[sources.epo_ops]", "[sources.epo_ops]\nenabled = false")
        workspace.settings_file.write_text(off, encoding="utf-8")
        code, found = doctor(workspace)
    assert found["service lens"][0] == "warn"
    assert "503" in found["service lens"][1]
    assert (code, found["services"][0]) == (1, "fail")


def test_nothing_published_and_a_technology_without_records_fail(tmp_path: Path) -> None:
    with Office(corpus(), FIRST) as office:
        workspace = small_workspace(tmp_path, office)
    code, found = doctor(workspace, "--offline")
    assert (code, found["snapshot"][0]) == (1, "fail")
    published(workspace, ("lidar", "chip"))
    code, found = doctor(workspace, "--offline")
    assert (code, found["records"][0]) == (1, "fail")
    assert "common-rail" in found["records"][1]
    assert "lidar" not in found["records"][1]


@needs_modes
@pytest.mark.parametrize("name", [".env", "users.toml", "warehouse/core.duckdb"])
def test_a_file_open_to_others_fails_and_the_remedy_is_said(tmp_path: Path, name: str) -> None:
    with Office(corpus(), FIRST) as office:
        workspace = published(small_workspace(tmp_path, office))
    file = workspace.root / name
    file.touch(mode=0o600)
    assert doctor(workspace, "--offline")[0] == 0
    file.chmod(0o644)
    code, found = doctor(workspace, "--offline")
    assert code == 1
    assert found[f"rights {name}"][0] == "fail"
    assert f"chmod 600 {file}" in found[f"rights {name}"][1]


@needs_modes
def test_what_the_program_makes_is_its_users_alone(tmp_path: Path) -> None:
    from etl.fetch.landing import store

    before = os.umask(0o022)
    try:
        workspace, _ = write_workspace(tmp_path / "ws")
        store(workspace, b"an answer")
        with Core(workspace) as core:
            publish(core)
            backup(core, tmp_path / "backup.tar")
        restore(tmp_path / "backup.tar", tmp_path / "again")
    finally:
        os.umask(before)
    private = ("warehouse", "snapshots", "landing", "inbox")
    for root in (workspace.root, tmp_path / "again"):
        files = [
            f for name in private for f in (root / name).rglob("*") if f.name != "current" and ".lock" not in f.name
        ]
        assert any(f.suffix == ".duckdb" for f in files)
        assert any(f.suffix == ".zst" for f in files)
        wrong = {f: oct(f.stat().st_mode) for f in files if stat.S_IMODE(f.stat().st_mode) & 0o077}
        assert not wrong
        assert {stat.S_IMODE((root / name).stat().st_mode) for name in private} == {0o700}
    for file in (workspace.root / ".env", tmp_path / "backup.tar"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_each_channel_is_tried_on_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    received: list[bytes] = []

    class Channel(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200 if self.path == "/good" else 500)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with Office(corpus(), FIRST) as office, ThreadingHTTPServer(("127.0.0.1", 0), Channel) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        monkeypatch.setenv("GOOD", f"json://127.0.0.1:{port}/good")
        monkeypatch.setenv("BAD", f"json://127.0.0.1:{port}/bad")
        channels = '[delivery.channels.good]\nurl_env = "GOOD"\n[delivery.channels.bad]\nurl_env = "BAD"\n'
        workspace = published(small_workspace(tmp_path / "w", office, channels))
        assert doctor(workspace)[0] == 0
        assert not received
        code, found = doctor(workspace, "--deliver")
        server.shutdown()
    assert len(received) == 2
    assert b"stuckneck doctor" in received[0]
    assert (code, found["channel good"], found["channel bad"][0]) == (1, ("ok", "delivered"), "fail")
