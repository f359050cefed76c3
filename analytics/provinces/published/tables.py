"""Printed tables of a published NCA and QCA study, as a file states them (docs/provinces.md, "Checking print")."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from importlib import resources
from typing import Any, Literal

Side = Literal["high", "low"]
SIDES: tuple[Side, ...] = ("high", "low")


class PublishedFileError(ValueError):
    """The file does not hold printed tables in the documented form; the message names file, place and expectation."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed figure: its value and half a unit of its last printed digit."""

    value: float
    half: float

    @property
    def low(self) -> float:
        """Least value that prints so."""
        return self.value - self.half

    @property
    def high(self) -> float:
        """Greatest value that prints so."""
        return self.value + self.half


@dataclass(frozen=True, slots=True)
class PrintedPath:
    """One configuration: its literals (``DIG``, ``~IND``) and the figures printed below it (absent ones left out)."""

    name: str
    side: Side
    literals: tuple[str, ...]
    figures: Mapping[str, Printed]


@dataclass(slots=True)
class Published:
    """All that a file states. `nca`: condition → method (ce, cr) → figure; `bottleneck`: condition → cells by level;
    `necessity`: side → literal → consistency and coverage; `solutions`: side → consistency and coverage."""

    title: str
    cases: int | None = None
    names: dict[str, str] = field(default_factory=dict)
    nca: dict[str, dict[str, dict[str, Printed]]] = field(default_factory=dict)
    levels: list[float] = field(default_factory=list)
    bottleneck: dict[str, list[Printed | str]] = field(default_factory=dict)
    necessity: dict[Side, dict[str, dict[str, Printed]]] = field(default_factory=dict)
    paths: list[PrintedPath] = field(default_factory=list)
    solutions: dict[Side, dict[str, Printed]] = field(default_factory=dict)


def printed(value: object, where: str, decimals: int | None = None) -> Printed:
    """Return a printed figure; `decimals` overrides the digits written. Raises PublishedFileError naming `where`."""
    try:
        number = Decimal(str(value).strip().rstrip("%"))
    except InvalidOperation as error:
        msg = f"{where}: {value!r} is no number."
        raise PublishedFileError(msg) from error
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        msg = f"{where}: {value!r} is no number."
        raise PublishedFileError(msg)
    digits = max(0, -exponent) if decimals is None else decimals
    return Printed(float(number), 0.5 * 10.0**-digits)


def packaged_study() -> Published:
    """Return the provincial study of integrated circuits as printed (K, Tables 2–5)."""
    text = resources.files("analytics").joinpath("data/published_ic.toml").read_text("utf-8")
    return parse_published(text, "published_ic.toml")


def parse_published(text: str, file: str) -> Published:
    """Read TOML, or CSV with the columns table, item, field, value (chosen by the file's ending).

    Raises PublishedFileError.
    """
    if file.lower().endswith(".csv"):
        return _build(_from_csv(text, file), file)
    try:
        return _build(tomllib.loads(text, parse_float=Decimal), file)
    except tomllib.TOMLDecodeError as error:
        msg = f"{file}: not valid TOML: {error}."
        raise PublishedFileError(msg) from error


def _from_csv(text: str, file: str) -> dict[str, Any]:
    found: dict[str, Any] = {"path": {}}
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if list(reader.fieldnames or []) != ["table", "item", "field", "value"]:
        msg = f"{file}: the header must be table,item,field,value; found {','.join(reader.fieldnames or [])}."
        raise PublishedFileError(msg)
    for line, row in enumerate(reader, start=2):
        table, item, name, value = (str(row[key] or "").strip() for key in ("table", "item", "field", "value"))
        if table == "study":
            found[item] = int(value) if item == "cases" and value.isdecimal() else value
        elif table == "nca" and "." in name:
            method, figure = name.split(".", 1)
            found.setdefault("nca", {}).setdefault(item, {}).setdefault(method, {})[figure] = value
        elif table == "bottleneck":
            level = printed(name, f"{file} row {line}").value
            found.setdefault("cells", {}).setdefault(item, {})[level] = value
        elif table == "necessity" and "." in name:
            side, figure = name.split(".", 1)
            found.setdefault("necessity", {}).setdefault(side, {}).setdefault(item, {})[figure] = value
        elif table == "path":
            found["path"].setdefault(item, {"name": item})[name] = value
        elif table == "solution":
            found.setdefault("solution", {}).setdefault(item, {})[name] = value
        else:
            msg = f"{file} row {line}: {table!r} with field {name!r} is none of study, nca, bottleneck, necessity, path, solution."  # noqa: E501
            raise PublishedFileError(msg)
    found["path"] = list(found["path"].values())
    cells = found.pop("cells", {})
    levels = sorted({level for column in cells.values() for level in column})
    if cells:
        found["bottleneck"] = {"levels": levels, **{n: [c.get(v, "") for v in levels] for n, c in cells.items()}}
    return found


def _build(data: Mapping[str, Any], file: str) -> Published:
    study = Published(str(data.get("title", file)), names=dict(data.get("names", {})))
    cases = data.get("cases")
    if cases is not None and (not isinstance(cases, int) or cases < 1):
        msg = f"{file}: cases must be a whole number above 0, not {cases!r}."
        raise PublishedFileError(msg)
    study.cases = cases
    _nca(study, data.get("nca", {}), file)
    _bottleneck(study, dict(data.get("bottleneck", {})), file)
    for side, literals in data.get("necessity", {}).items():
        study.necessity[_side(side, file)] = {
            name: _figures(values, f"{file}: necessity.{side}.{name}") for name, values in literals.items()
        }
    for entry in data.get("path", []):
        study.paths.append(_path(entry, file))
    for side, values in data.get("solution", {}).items():
        study.solutions[_side(side, file)] = _figures(values, f"{file}: solution.{side}")
    if not (study.nca or study.bottleneck or study.necessity or study.paths):
        msg = f"{file}: none of nca, bottleneck, necessity, path is there (docs/provinces.md shows the format)."
        raise PublishedFileError(msg)
    return study


def _side(name: str, file: str) -> Side:
    found = [side for side in SIDES if side == name]
    if not found:
        msg = f"{file}: {name!r} is no outcome; write high or low."
        raise PublishedFileError(msg)
    return found[0]


def _figures(values: object, where: str) -> dict[str, Printed]:
    if not isinstance(values, Mapping):
        msg = f"{where}: figures by name are expected, such as {{ consistency = 0.9, coverage = 0.8 }}."
        raise PublishedFileError(msg)
    return {name: printed(value, f"{where}.{name}") for name, value in values.items()}


def _path(entry: Mapping[str, Any], file: str) -> PrintedPath:
    if not {"name", "outcome", "term"} <= set(entry):
        msg = f"{file}: a path needs name, outcome and term; found {', '.join(entry)}."
        raise PublishedFileError(msg)
    figures = {k: v for k, v in entry.items() if k not in {"name", "outcome", "term"}}
    literals = tuple(part.strip() for part in str(entry["term"]).split("*") if part.strip())
    name = str(entry["name"])
    return PrintedPath(name, _side(str(entry["outcome"]), file), literals, _figures(figures, f"{file}: path {name}"))


def _decimals(texts: list[str]) -> int:
    """Digits that a row of a table really has: trailing zeros common to all its figures are the typesetter's."""
    return max((len(t.partition(".")[2].rstrip("%").rstrip("0")) for t in texts), default=0)


def _nca(study: Published, data: Mapping[str, Any], file: str) -> None:
    texts: dict[str, list[str]] = {}
    for methods in data.values():
        for figures in methods.values():
            for name, value in figures.items():
                texts.setdefault(name, []).append(str(value).strip())
    for condition, methods in data.items():
        for method, figures in methods.items():
            study.nca.setdefault(condition, {})[method] = {
                name: printed(value, f"{file}: nca.{condition}.{method}.{name}", _decimals(texts[name]))
                for name, value in figures.items()
                if not str(value).strip().startswith("<")
            }


def _bottleneck(study: Published, data: dict[str, Any], file: str) -> None:
    if not data:
        return
    study.levels = [printed(v, f"{file}: bottleneck.levels").value for v in data.pop("levels", [])]
    for name, cells in data.items():
        if len(cells) != len(study.levels):
            msg = f"{file}: bottleneck.{name} has {len(cells)} cells for {len(study.levels)} levels."
            raise PublishedFileError(msg)
        study.bottleneck[name] = [
            str(c).strip() if str(c).strip() in {"NN", "NA"} else printed(c, f"{file}: bottleneck.{name}")
            for c in cells
        ]
