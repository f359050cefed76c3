"""The walk-through "Your own files" of the README, done again: its figures are those of the files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.house import ROOT
from tests.e2e.house import quick as stuckneck

DATA = ROOT / ".." / "shared" / "data"
LENS = DATA / "lens_csv" / "lens2021_bird_engine.csv"
PATSNAP = next(iter((DATA / "patsnap_zh").glob("patsnap_zh_*_1999rows.xlsx")), None)
README = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md")}
PARTS = {name: text.split("walk-through:begin")[1].split("walk-through:end")[0] for name, text in README.items()}
WALK = PARTS["README.md"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not LENS.is_file() or PATSNAP is None, reason="../shared/data is not here: real export files"),
]


def printed(first: str) -> list[list[str]]:
    """Return the cells of the README's table rows whose first cell is `first`."""
    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in WALK.splitlines() if line[:1] == "│"]
    return [row for row in rows if row[0] == first]


def asked(workspace: Path, sql: str) -> list[dict[str, Any]]:
    done = stuckneck("sql", "-w", str(workspace), "--format", "json", sql)
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    workspace = tmp_path_factory.mktemp("walk") / "files-watch"
    assert stuckneck("init", str(workspace)).returncode == 0
    imports = []
    for file, technology in ((LENS, "aero-engine"), (PATSNAP, "fuel-cell")):
        done = stuckneck("import", "-w", str(workspace), str(file), "--technology", technology, "--json")
        assert done.returncode == 0, done.stderr
        imports += json.loads(done.stdout)
    done = stuckneck("place", "-w", str(workspace), "--screening", "open")
    assert done.returncode == 0, done.stderr
    return workspace, imports


def test_imports_read_every_row(walked: tuple[Path, list[dict[str, Any]]]) -> None:
    for found in walked[1]:
        (row,) = printed(Path(found["file"]).name)
        names = ("kind", "technology", "rows", "records", "lost", "new", "changed", "unchanged")
        assert row[1:] == [str(found[name]) for name in names][: len(row) - 1]
        assert len(row) > 6
        assert found["refused"] is None


def test_coverage_is_honest(walked: tuple[Path, list[dict[str, Any]]]) -> None:
    rows = asked(
        walked[0], "SELECT technology_id, indicator, value, coverage, families FROM indicators WHERE families > 0"
    )
    cells = {(r["technology_id"], r["indicator"]): r for r in rows}
    for technology in ("aero-engine", "fuel-cell"):
        (line,) = [row for row in printed(technology) if len(row) > 5]
        assert line[1] == str(cells[technology, "applications"]["families"])
        for indicator, cell in zip(("applications", "citations", "claims", "pct"), line[2:6], strict=True):
            found = cells[technology, indicator]
            value = "—" if found["value"] is None else f"{found['value']:.4f}"
            assert cell.split()[0] == value
            assert re.findall(r"\((.*)\)", cell) == ([] if found["coverage"] == 1 else [f"{found['coverage']:.2f}"])
        assert cells[technology, "claims"]["value"] is None
        assert cells[technology, "claims"]["coverage"] == 0
        raw = asked(walked[0], f"SELECT DISTINCT dynamics_raw FROM run_placements WHERE technology_id = '{technology}'")
        assert line[6] == f"{raw[0]['dynamics_raw']:g}"
        assert line[7:10] == ["—"] * 3


def test_counts_by_office(walked: tuple[Path, list[dict[str, Any]]]) -> None:
    (statement,) = re.findall(r'sql -w files-watch "(SELECT [^"]*)"', WALK)
    found = [[str(v) for v in row.values()] for row in asked(walked[0], statement)]
    shown = [row for name in ("fuel-cell", "aero-engine") for row in printed(name) if len(row) == 3]
    assert found == shown
    assert ["aero-engine", "CN", "1228"] in shown
    assert ["fuel-cell", "CN", "1327"] in shown


def test_the_chinese_page_shows_the_same_figures() -> None:
    def figures(text: str) -> list[list[str]]:
        rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in text.splitlines() if line[:1] == "│"]
        return [[cell for cell in row[1:] if re.match(r"[0-9—]", cell)][:5] for row in rows]

    assert figures(PARTS["README.zh-CN.md"]) == figures(WALK)
