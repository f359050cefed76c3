"""`stuckneck import` on bulk files and on hostile ones: one sentence, exit code 2, little time and memory."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.common import Exit
from app.main import app
from app.watch.init import write_workspace
from tests.benchmarks import made_docdb
from tests.etl.exports import made_exports as made
from tests.template import quiet
from warehouse.core import Core
from warehouse.workspace import Workspace

ROOT = Path(__file__).parents[3]
# A child's peak counts what its parent held when it forked: a small process in between starts the one to be measured.
PEAK = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
sys.exit(done.returncode)
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return quiet(write_workspace(tmp_path / "house")[0])


@pytest.fixture
def docdb(tmp_path: Path) -> Path:
    path = tmp_path / "weekly"
    made_docdb.write(path, 1)
    return path


def run(*words: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [str(w) for w in words])
    return done.exit_code, done.stdout, done.stderr


def test_bulk_and_export_files_through_one_command(workspace: Workspace, docdb: Path) -> None:
    code, stdout, _ = run("import", docdb, "-t", "lidar", "-w", workspace.root, "--json")
    (row,) = json.loads(stdout)
    assert (code, row["kind"], row["rows"], row["matches"]) == (0, "docdb", row["records"], {"lidar": row["records"]})
    with Core(workspace) as core:
        assert core.con.execute("SELECT state, message FROM runs").fetchall() == [
            ("succeeded", f"{row['records']} records from 1 files")
        ]
    assert not list(workspace.landing.rglob("*.zst"))


def test_without_a_technology_the_watched_queries_choose(workspace: Workspace, docdb: Path) -> None:
    _, tried, _ = run("import", docdb, "-w", workspace.root, "--dry-run", "--json")
    code, stdout, _ = run("import", docdb, "-w", workspace.root, "--json")
    (row,) = json.loads(stdout)
    assert code == 0
    assert 0 < row["records"] <= row["rows"]
    assert json.loads(tried)[0]["matches"] == row["matches"]
    assert set(row["matches"]) > {"lidar"}


def test_an_export_still_needs_its_technology(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    code, _, stderr = run("import", tmp_path / "a.csv", "-w", workspace.root)
    assert code == Exit.BAD_INPUT
    assert "--technology" in stderr


def bomb(member: str, content: bytes) -> bytes:
    """An archive whose member unpacks to 604 MB of `content`'s byte, more than one may; written in pieces."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open(member, "w", force_zip64=True) as out,
    ):
        for _ in range(36):
            out.write(content * (1 << 24))
    return packed.getvalue()


def huge_cell(path: Path) -> None:
    with path.open("wb") as out:
        out.write("公开（公告）号,标题\nCN101234567A,".encode())
        for _ in range(64):
            out.write(b"A" * (1 << 24))


def huge_workbook_cell(path: Path) -> None:
    source = zipfile.ZipFile(io.BytesIO(made.xlsx_bytes([["公开号", "标题"], ["CN101234567A", "x"]])))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for info in source.infolist():
            with package.open(info.filename, "w") as out:
                content = source.read(info)
                if "sheet1" in info.filename:
                    head, tail = content[:-30], content[-30:]
                    out.write(head + b"<v>")
                    for _ in range(40):
                        out.write(b"A" * (1 << 24))
                    content = tail
                out.write(content)


HOSTILE = {
    "csv_bomb.zip": lambda p: p.write_bytes(bomb("a.csv", b"A")),
    "xml_bomb.zip": lambda p: p.write_bytes(bomb("a.xml", b" ")),
    "traversing.zip": lambda p: p.write_bytes(made.zip_bytes({"../../etc/cron.d/x.csv": b"a,b\n"})),
    "traversing_xml.zip": lambda p: p.write_bytes(made.zip_bytes({"C:\\x.xml": b"<a/>"})),
    "bomb.gz": lambda p: p.write_bytes(gzip.compress(b"\0" * (256 << 20))),
    "cell.csv": huge_cell,
    "cell.xlsx": huge_workbook_cell,
}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="memory is asked of the system in the way of Unix")
@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_files_are_refused_in_one_sentence_and_cheaply(workspace: Workspace, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    HOSTILE[name](path)
    words = [sys.executable, "-m", "app.main", "import", str(path), "-t", "lidar", "-w", str(workspace.root)]
    done = subprocess.run(
        [sys.executable, "-c", PEAK, *words], cwd=ROOT, capture_output=True, text=True, timeout=600, check=False
    )
    stderr = done.stderr
    assert done.returncode == Exit.BAD_INPUT, stderr
    assert "Traceback" not in stderr
    assert len(stderr.strip().splitlines()) == 1
    assert name in stderr
    seconds, peak = done.stdout.split()[-2:]
    assert float(seconds) < 60, "processor time"
    assert int(peak) < 900 << 10  # KB: far below the gigabyte of the cell


def test_a_dry_run_of_a_file_that_gives_nothing_ends_as_its_import_would(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    (tmp_path / "b.xml").write_text("<error>blocked</error>")
    for name in ("a.csv", "b.xml"):
        assert run("import", tmp_path / name, "-w", workspace.root, "--dry-run")[0] == Exit.BAD_INPUT
        assert run("import", tmp_path / name, "-w", workspace.root, "--dry-run", "--json")[0] == Exit.BAD_INPUT
