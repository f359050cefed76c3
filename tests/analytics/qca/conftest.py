"""Reference figures of R's QCA 3.23 and SetMethods 4.1, read beside the project; absent elsewhere."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.qca.sets.space import Floats, Space

REFERENCE = Path(__file__).parents[3] / ".." / "shared" / "reference"


@dataclass(frozen=True)
class Dataset:
    """One reference dataset: data (n, k), outcome (n,), case names and R's figures by outcome sign."""

    name: str
    space: Space
    data: Floats
    y: Floats
    cases: tuple[str, ...]
    figures: dict[str, Any]

    def outcome(self, sign: str) -> Floats:
        return self.y if sign == "pos" else 1.0 - self.y


def need(path: Path) -> Path:
    if not path.exists():
        pytest.skip(f"reference figures are not beside the project: {path.name}")
    return path


def columns(path: Path, names: list[str]) -> tuple[Floats, tuple[str, ...]]:
    with need(path).open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    wanted = [header.index(name) for name in names]
    return np.array([[float(row[j]) for j in wanted] for row in rows]), tuple(row[0] for row in rows)


def load(name: str) -> Dataset:
    folder = REFERENCE / "qca" / "v3.23"
    figures = json.loads(need(folder / f"{name}.json").read_text(encoding="utf-8"))
    conditions = figures["conditions"]
    both, cases = columns(folder / "data" / f"{name}.csv", [*conditions, figures["outcome"]])
    data = both[:, :-1]
    multivalue = bool(data.max() > 1)
    levels = tuple(int(top) + 1 for top in data.max(axis=0)) if multivalue else (2,) * len(conditions)
    return Dataset(name, Space(tuple(conditions), levels, multivalue), data, both[:, -1], cases, figures)


@pytest.fixture(scope="session")
def reference() -> Path:
    return need(REFERENCE)


@pytest.fixture(scope="session", params=["LC", "LF", "CVF", "LM", "SCHF"])
def dataset(request: pytest.FixtureRequest) -> Dataset:
    return load(request.param)


@pytest.fixture(scope="session")
def load_dataset() -> Any:
    return load


@pytest.fixture(scope="session")
def read_columns() -> Any:
    return columns
