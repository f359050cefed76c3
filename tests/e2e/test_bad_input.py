"""Bad input and bad days: one clear sentence each, an exit code that means it, and no data lost."""

from __future__ import annotations

import csv
import json
import re
import signal
import socket
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from house import CREDENTIALS, FIRST, command, environment, make_workspace, only
from house import quick as stuckneck

from app.common import Exit
from etl.sources.settings import load_settings
from office.corpus.corpus import Corpus
from office.service.faults import Faults
from office.service.office import Office
from schedules.runs.refresh import refresh
from tests.corpora import small
from tests.template import quiet
from warehouse.clock import SystemClock
from warehouse.core import Core
from warehouse.publish import NoSnapshotError, connect_snapshot, current
from warehouse.workspace import Workspace

ROOT = Path(__file__).parents[2]
DATA = ROOT / ".." / "shared" / "data"
real_data = pytest.mark.skipif(not DATA.is_dir(), reason="real records are kept beside the checkout, not in it")
ONE = "enrichment_requests = 0\n"


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return small()


def sentence(text: str) -> str:
    """The message without Rich's line breaks; it must not be a traceback."""
    assert "Traceback" not in text, text
    return " ".join(text.split())


def test_a_wrong_credential(tmp_path: Path, corpus: Corpus) -> None:
    with Office(corpus, ops_credentials=("right", "right"), lens_token="right") as office:
        workspace = make_workspace(tmp_path, office, harvest=ONE)
        only(workspace, "chip", "lidar")
        done = stuckneck("refresh", "-w", str(tmp_path), "--as-of", str(FIRST))
    assert done.returncode == Exit.SOURCE
    said = sentence(done.stderr)
    assert "STUCKNECK_OPS_KEY" in said or "STUCKNECK_LENS_TOKEN" in said
    for value in CREDENTIALS.values():
        assert f"'{value}'" not in said


def test_no_credentials_at_all(tmp_path: Path, corpus: Corpus) -> None:
    with Office(corpus) as office:
        workspace = make_workspace(tmp_path, office, harvest=ONE)
        only(workspace, "chip", "lidar")
        done = stuckneck(
            "refresh", "-w", str(tmp_path), STUCKNECK_OPS_KEY="", STUCKNECK_OPS_SECRET="", STUCKNECK_LENS_TOKEN=""
        )
    assert done.returncode == Exit.SOURCE
    assert ".env" in sentence(done.stderr)


def test_no_network(tmp_path: Path, corpus: Corpus) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Office(corpus) as office:
        workspace = make_workspace(tmp_path, office, harvest=ONE)
    only(workspace, "chip", "lidar")
    text = workspace.settings_file.read_text()
    workspace.settings_file.write_text(re.sub(r"127\.0\.0\.1:\d+", f"127.0.0.1:{port}", text))
    done = stuckneck("refresh", "-w", str(tmp_path), "--as-of", str(FIRST), timeout=600)
    assert done.returncode == Exit.PARKED
    said = sentence(done.stderr)
    assert "cannot be reached" in said
    assert "check the network" in said
    # what became of it can be asked for though nothing is published
    shown = stuckneck("runs", "-w", str(tmp_path), "--json")
    assert shown.returncode == Exit.OK
    (run,) = json.loads(shown.stdout)
    assert (run["kind"], run["state"], run["snapshot"]) == ("refresh", "parked", None)


def test_a_spent_quota_parks_and_says_until_when(tmp_path: Path, corpus: Corpus) -> None:
    with Office(corpus, faults=Faults(quota=1.0, spare_retry=False)) as office:
        workspace = make_workspace(tmp_path, office, harvest=ONE)
        only(workspace, "chip", "lidar")
        done = stuckneck("refresh", "-w", str(tmp_path), "--as-of", str(FIRST))
    assert done.returncode == Exit.PARKED
    assert "Parked until" in sentence(done.stderr)
    with Core(workspace) as core:
        state, until = core.con.execute("SELECT state, resume_after FROM runs").fetchone() or ("", None)
    assert state == "parked"
    assert isinstance(until, datetime)


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault", ["truncated", "html", "reset", "unavailable", "expired_token", "too_many", "expired_scroll"]
)
def test_bad_answers_lose_nothing(tmp_path: Path, corpus: Corpus, fault: str) -> None:
    with Office(corpus, faults=Faults(seed=3, **{fault: 0.2})) as office:
        workspace = make_workspace(tmp_path, office, harvest=ONE)
        only(workspace, "chip", "lidar")
        done = stuckneck("refresh", "-w", str(tmp_path), "--as-of", str(FIRST))
    assert done.returncode == 0, sentence(done.stderr)
    con = connect_snapshot(current(workspace))
    differ = con.execute("SELECT * FROM slices WHERE state = 'differs'").fetchall()
    assert differ == []
    for technology in ("chip", "lidar"):
        (hits,) = con.execute(
            "SELECT count(DISTINCT publication_number) FROM source_hits WHERE technology_id = ?", [technology]
        ).fetchone() or (0,)
        published = [p for p in corpus.publications if p.date <= FIRST]
        own = {p.key for p in published if technology in corpus.families[p.family].technologies}
        assert hits >= len(own) > 0


def test_a_full_disk_leaves_the_snapshot_before(
    tmp_path: Path, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with Office(corpus) as office:
        workspace = make_workspace(tmp_path, office, harvest=ONE)
        only(workspace, "chip", "lidar")
        settings = load_settings(workspace.settings_file)
        with Core(workspace) as core:
            refresh(core, settings, clock=SystemClock(), as_of=FIRST)
            before = current(workspace)

            def full(*_: object) -> None:
                raise OSError(28, "No space left on device")

            with monkeypatch.context() as broken:
                broken.setattr("warehouse.publish.shutil.copyfile", full)
                with pytest.raises(OSError, match="No space left"):
                    refresh(core, settings, clock=SystemClock(), as_of=FIRST)
            assert current(workspace) == before
            again = refresh(core, settings, clock=SystemClock(), as_of=FIRST)
        assert again.snapshot is not None
        assert current(workspace) == again.snapshot


def test_a_second_refresh_beside_the_first(tmp_path: Path, corpus: Corpus) -> None:
    with Office(corpus) as office:
        workspace = make_workspace(tmp_path, office, harvest=ONE)
        with Core(workspace, purpose="refresh"):
            done = stuckneck("refresh", "-w", str(tmp_path))
    assert done.returncode == Exit.BUSY
    assert "The warehouse is busy" in sentence(done.stderr)


def test_ctrl_c_says_what_is_kept_and_the_command_continues(tmp_path: Path, corpus: Corpus) -> None:
    with Office(corpus) as office:
        workspace = make_workspace(tmp_path, office, harvest=ONE)
        only(workspace, "chip", "lidar", "bearing-steel")
        asked = ("refresh", "-w", str(workspace.root), "--as-of", FIRST.isoformat())
        running = subprocess.Popen(
            command(*asked), cwd=ROOT, env=environment(**CREDENTIALS), stderr=subprocess.PIPE, text=True
        )
        until = time.monotonic() + 600
        while len(office.state.requests) < 4 and running.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=600)
        assert running.returncode == 130
        assert "Stopped by Ctrl-C. What had been downloaded is kept" in sentence(said)
        assert stuckneck(*asked, **CREDENTIALS).returncode == 0
    with Core(workspace) as core:
        runs = core.con.execute("SELECT state FROM runs").fetchall()
        repeated = core.con.execute(
            "SELECT request_key FROM pages WHERE state <> 'refused' GROUP BY ALL HAVING count(*) > 1"
        ).fetchall()
    assert runs == [("succeeded",)], "the same run went on"
    assert repeated == []


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    assert stuckneck("init", str(tmp_path)).returncode == 0
    quiet(Workspace(tmp_path))
    return tmp_path


@real_data
def test_a_scholarly_export_is_refused(empty: Path) -> None:
    file = DATA / "lens_csv" / "NEGATIVE_lens_scholarly_export_not_patents.csv"
    done = stuckneck("import", "-w", str(empty), str(file), "--technology", "chip")
    assert done.returncode == Exit.BAD_INPUT
    assert "scholarly" in sentence(done.stderr).lower()
    with pytest.raises(NoSnapshotError):
        current(Workspace(empty))


def _lens_rows() -> list[dict[str, str]]:
    row = {
        "Jurisdiction": "CN", "Kind": "A", "Display Key": "CN 101234567 A", "Lens ID": "000-000-000-000-001",
        "Publication Date": "2015-02-03", "Application Number": "CN 201310000001 A", "Application Date": "2013-01-02",
        "Priority Numbers": "CN 201310000001 A 20130102", "Earliest Priority Date": "2013-01-02", "Title": "Synthetic",
        "Abstract": "", "Applicants": "SYNTHETIC CO", "Inventors": "", "Owners": "", "URL": "", "Has Full Text": "yes",
        "Document Type": "Patent Application", "Cites Patent Count": "0", "Cited by Patent Count": "4",
        "Simple Family Size": "1", "Extended Family Size": "1", "Sequence Count": "0", "CPC Classifications": "",
        "IPCR Classifications": "H01L21/02", "US Classifications": "", "Legal Status": "ACTIVE",
    }  # fmt: skip
    broken = {**row, "Display Key": "CN 101234568 A", "Publication Date": "2015-13-45"}
    return [row, broken]


def _write(file: Path, rows: list[dict[str, str]]) -> None:
    with file.open("w", newline="", encoding="utf-8-sig") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_a_broken_date_empties_the_field_and_keeps_the_row(empty: Path) -> None:
    file = empty / "export.csv"
    _write(file, _lens_rows())
    assert stuckneck("import", "-w", str(empty), str(file), "-t", "chip").returncode == 0
    assert stuckneck("place", "-w", str(empty), "--screening", "open").returncode == 0
    answer = stuckneck(
        "sql", "-w", str(empty), "-f", "csv", "SELECT file, row_no, column_name, found, action FROM rejects"
    )
    assert "export.csv,3,Publication Date,2015-13-45,field emptied" in answer.stdout
    count = stuckneck("sql", "-w", str(empty), "-f", "csv", "SELECT count(*) AS n FROM publications")
    assert count.stdout.split() == ["n", "2"]


def test_a_missing_column_is_named(empty: Path) -> None:
    file = empty / "export.csv"
    numbers = {"Display Key", "Application Number", "Lens ID"}
    rows = [{k: v for k, v in r.items() if k not in numbers} for r in _lens_rows()]
    _write(file, rows)
    done = stuckneck("import", "-w", str(empty), str(file), "-t", "chip")
    assert done.returncode == Exit.BAD_INPUT
    assert "Display Key" in sentence(done.stderr)


def test_a_misspelt_technology_is_corrected(empty: Path) -> None:
    file = empty / "export.csv"
    _write(file, _lens_rows())
    done = stuckneck("import", "-w", str(empty), str(file), "-t", "chips")
    assert done.returncode == Exit.BAD_INPUT
    assert "Did you mean chip?" in sentence(done.stderr)


def test_a_misspelt_setting_is_corrected(empty: Path) -> None:
    (empty / "stuckneck.toml").write_text('[place]\nfocal_contry = "CN"\n')
    done = stuckneck("doctor", "-w", str(empty), "--offline")
    assert done.returncode == Exit.BAD_INPUT
    assert "stuckneck.toml: unknown key 'place.focal_contry'; did you mean 'focal_country'?" in sentence(done.stderr)


def test_no_workspace(tmp_path: Path) -> None:
    done = stuckneck("matrix", "-w", str(tmp_path))
    assert done.returncode == Exit.BAD_INPUT
    assert "stuckneck init" in sentence(done.stderr)


def test_nothing_published_yet(empty: Path) -> None:
    done = stuckneck("matrix", "-w", str(empty))
    assert done.returncode == Exit.NOTHING
    assert "nothing is published yet" in sentence(done.stderr)


def test_a_missing_file(empty: Path) -> None:
    done = stuckneck("import", "-w", str(empty), str(empty / "nowhere.csv"), "-t", "chip")
    assert done.returncode == Exit.BAD_INPUT
    assert "nowhere.csv" in sentence(done.stderr)
