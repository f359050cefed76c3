"""A further source is one folder and one registry line: harvested, landed, loaded and shown, nothing else touched."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner

from app.main import app
from app.watch.init import write_workspace
from etl.sources import settings as sources_settings
from etl.sources.settings import load_settings
from schedules.runs.refresh import refresh
from warehouse.clock import SystemClock
from warehouse.core import Core
from warehouse.settings import SettingsError
from warehouse.workspace import Workspace

AS_OF = date(2021, 5, 31)
PATENTS = [
    {"number": f"{country}-{1000 + n}-A", "date": f"20{10 + n}-03-01", "title": "A lidar for cars", "ipc": "G01S17/08",
     "who": f"Firm {n} of {country}"}
    for n in range(4) for country in ("CN", "US")
]  # fmt: skip
TECHNOLOGIES = """[edition]
name = "small"
[[technology]]
id = "lidar"
number = 1
name_zh = "激光雷达"
name_en = "Lidar"
status = "watched"
query = "lidar"
"""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.headers.get("X-Token") != "right":
            self.send_error(401)
            return
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        hits = [p for p in PATENTS if asked["from"] <= p["date"] <= asked["to"]]
        first = int(asked["first"])
        body = json.dumps({"invented": 1, "total": len(hits), "patents": hits[first : first + int(asked["rows"])]})
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def workspace(tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setitem(sources_settings.PACKAGES, "invented", "tests.etl.sources.invented")  # the registry line
    monkeypatch.setenv("STUCKNECK_INVENTED_TOKEN", "right")
    (tmp_path / "technologies.toml").write_text(TECHNOLOGIES, encoding="utf-8")
    made, _ = write_workspace(tmp_path)
    text = made.settings_file.read_text(encoding="utf-8")
    assert "[sources.invented]\n# enabled = true" in text, "init writes its table"
    for name in ("epo_ops", "lens"):
        text = text.replace(f"[sources.{name}]", f"[sources.{name}]\nenabled = false")
    text = text.replace("[sources.invented]", f'[sources.invented]\nbase_url = "{address}"\nrows = 3')
    text = text.replace("[harvest] ", "[harvest]\ntopics = false\n").replace(
        "[place] ", "[place]\nscreening = 'open'\n"
    )
    made.settings_file.write_text(text, encoding="utf-8")
    return made


def shown(workspace: Workspace, *words: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, [*words, "-w", str(workspace.root)])
    assert done.exit_code == code, done.output
    return done.output


def test_an_invented_source_is_harvested_landed_loaded_and_shown(workspace: Workspace) -> None:
    with Core(workspace, purpose="test") as core:
        done = refresh(core, load_settings(workspace.settings_file), clock=SystemClock(), as_of=AS_OF)
        assert done.harvested.sources["invented"].publications == len(PATENTS)
        assert done.harvested.sources["invented"].requests == 3, "three a page, as its own setting says"
        landed = core.con.execute("SELECT DISTINCT source, state FROM pages").fetchall()
        assert landed == [("invented", "loaded")]
    statement = "SELECT publication_number FROM publications ORDER BY ALL"
    rows = json.loads(shown(workspace, "sql", "--format", "json", statement))
    assert [row["publication_number"] for row in rows] == sorted(p["number"] for p in PATENTS)
    assert json.loads(shown(workspace, "catalogue", "show", "lidar", "--json"))["invented"] == ["INVENTED tiab:lidar"]
    doctor = {row["check"]: row for row in json.loads(shown(workspace, "doctor", "--json"))}
    assert doctor["service invented"]["state"] == "ok"
    assert doctor["credentials invented"]["finding"] == "present"
    assert "invented (yes, requests: 1 per page)" in doctor["indicator applications"]["finding"]


def test_its_settings_are_checked_like_any_other(workspace: Workspace) -> None:
    text = workspace.settings_file.read_text(encoding="utf-8").replace("rows = 3", "row = 3")
    workspace.settings_file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"unknown key 'sources.invented.row'; did you mean 'rows'"):
        load_settings(workspace.settings_file)


def test_a_saved_answer_of_it_is_recognised(workspace: Workspace, tmp_path: Path) -> None:
    saved = tmp_path / "saved.json"
    saved.write_text(json.dumps({"invented": 1, "total": 1, "patents": PATENTS[:1]}), encoding="utf-8")
    report = json.loads(shown(workspace, "import", str(saved), "--technology", "lidar", "--dry-run", "--json"))
    assert json.dumps(report).count("An invented service") >= 1


def test_without_its_credential_it_is_skipped_in_a_sentence(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STUCKNECK_INVENTED_TOKEN")
    done = CliRunner().invoke(app, ["refresh", "-w", str(workspace.root)])
    assert done.exit_code != 0
    assert "invented has no credentials: set STUCKNECK_INVENTED_TOKEN" in done.output.replace("\n", " ")
