"""The R package's figures, read where they are kept; tests that need them skip where they are not."""

import csv
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

REFERENCE = Path(__file__).parents[3] / ".." / "shared" / "reference"
Columns = dict[str, list[float]]


def _read_columns(path: Path) -> Columns:
    with path.open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    names = [name for name in rows[0] if name]
    return {name: [math.nan if row[name] == "NA" else float(row[name]) for row in rows] for name in names}


def _needed(path: Path) -> Path:
    if not path.exists():
        pytest.skip(f"reference figures not here: {path.name}")
    return path


@pytest.fixture(scope="session")
def reference_json() -> Callable[[str], Any]:
    def load(name: str) -> Any:
        return json.loads(_needed(REFERENCE / name).read_text())

    return load


@pytest.fixture(scope="session")
def reference_columns() -> Callable[[str], Columns]:
    def load(name: str) -> Columns:
        return _read_columns(_needed(REFERENCE / name))

    return load
