"""From a file and the options of ``stuckneck qca`` to calibrated arrays."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

import numpy as np

from analytics.qca.minimise.truth_table import check_data
from analytics.qca.sets.calibrate import (
    RAGIN_IDM,
    Anchors,
    HalfRule,
    QuantileType,
    TwoSided,
    memberships,
    quartile_anchors,
    resolve_half,
)
from analytics.qca.sets.describe import Description, describe
from analytics.qca.sets.errors import QcaError
from analytics.qca.sets.space import Bools, Floats, Space
from app.studies.case_table import read_cases

At = Anchors | TwoSided


@dataclass(frozen=True)
class Calibration:
    """The calibration options as the person typed them."""

    method: str = "none"
    anchors: str | None = None
    quantile_type: int = 7
    idm: str = "0.95"
    half: str = "keep"
    is_linear: bool = False


@dataclass(frozen=True)
class Prepared:
    """Calibrated data (n, k) and outcome (n,), case names, notes, and each raw column with the anchors it was given.

    `raw` holds the values of the conditions before calibration (n, k). `panel` holds the unit and the period of each
    case, where the table is a panel.
    """

    space: Space
    data: Floats
    y: Floats
    cases: tuple[str, ...]
    notes: tuple[str, ...]
    descriptions: dict[str, tuple[Description, At | None]]
    raw: Floats
    calibration: Calibration
    panel: tuple[tuple[str, ...], tuple[str, ...]] | None = None


def recalibrated(raw: Floats, at: At, options: Calibration) -> Floats:
    """Return the memberships of raw values (n,) at other anchors, by the same options."""
    _, idm, half = _choices(options)
    return resolve_half(memberships(raw, at, idm, is_linear=options.is_linear), half)


def parse_expectations(text: str) -> list[int | None]:
    """Read `1,0,-`; raises QcaError for anything else."""
    values: list[int | None] = []
    for part in (piece.strip() for piece in text.split(",")):
        if part != "-" and not part.isdecimal():
            raise QcaError(f"--dir-exp needs a level or - for each condition, such as 1,0,-, not {text!r}.")
        values.append(None if part == "-" else int(part))
    return values


def parse_conditions(text: str, outcome: str) -> list[str]:
    """Read `A,B,C`; raises QcaError when empty, doubled, or holding the outcome or a character of the notation."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise QcaError("--conditions needs at least one column name, such as --conditions A,B.")
    if len(set(names)) < len(names):
        raise QcaError(f"--conditions names a column twice: {text}.")
    if outcome in names:
        raise QcaError(f"{outcome!r} cannot be both the outcome and a condition.")
    for name in names:
        if set(name) & set("*+~[]"):
            raise QcaError(f"Column {name!r} holds one of * + ~ [ ], which build expressions: rename the column.")
    return names


def parse_anchors(text: str | None, columns: list[str]) -> dict[str, At]:
    """Read `A=1,2,3;B=0,5,9,11,13,15`; raises QcaError for another form or a column that is not analysed."""
    found: dict[str, At] = {}
    for piece in (part.strip() for part in (text or "").split(";")):
        if not piece:
            continue
        name, _, numbers = piece.partition("=")
        if name.strip() not in columns:
            raise QcaError(f"--anchors names {name.strip()!r}, which is neither the outcome nor a condition.")
        try:
            at = [float(number) for number in numbers.split(",")]
        except ValueError:
            at = []
        if len(at) not in (3, 6):
            raise QcaError(
                "--anchors needs A=exclusion,crossover,inclusion, or six numbers that go back from inclusion to "
                f"crossover and exclusion on the other side, not {piece!r}."
            )
        left = Anchors(*at[:3])
        found[name.strip()] = left if len(at) == 3 else TwoSided(left, Anchors(*at[:2:-1]))
    return found


def _choices(options: Calibration) -> tuple[QuantileType, float, HalfRule]:
    if options.method not in ("none", "quartiles"):
        raise QcaError(f"--calibrate does not know {options.method!r}: choose none or quartiles.")
    if options.quantile_type not in get_args(QuantileType):
        raise QcaError(f"--quantile-type does not know {options.quantile_type}: choose 2, 6 or 7.")
    if options.half not in get_args(HalfRule):
        raise QcaError(f"--half does not know {options.half!r}: choose keep, raise or lower.")
    try:
        idm = RAGIN_IDM if options.idm == "ragin" else float(options.idm)
    except ValueError as error:
        raise QcaError(f"--idm needs a membership between 0.5 and 1, or ragin, not {options.idm!r}.") from error
    return cast("QuantileType", options.quantile_type), idm, cast("HalfRule", options.half)


def _space(names: list[str], data: Floats) -> Space:
    """Multi-value when a condition holds whole numbers above 1."""
    whole = (data == np.floor(data)).all(axis=0)
    if not (whole & (data.max(axis=0) > 1)).any() or data.min() < 0:
        return Space.binary(tuple(names))
    for name, is_whole in zip(names, whole, strict=True):
        if not is_whole:
            raise QcaError(
                f"Condition {name} has fractions while another has levels above 1: calibrate them (--calibrate "
                "quartiles or --anchors), or give all conditions as levels 0, 1, 2, …"
            )
    return Space(tuple(names), tuple(max(2, int(top) + 1) for top in data.max(axis=0)), multivalue=True)


def parse_panel(text: str | None, columns: list[str]) -> list[str]:
    """Read `UNIT,YEAR`; raises QcaError unless it names two columns that are not analysed. Nothing asked for: empty."""
    if text is None:
        return []
    names = [name.strip() for name in text.split(",")]
    if len(names) != 2 or not all(names) or names[0] == names[1]:
        raise QcaError(f"--panel needs two columns, the unit and the period, such as PROVINCE,YEAR, not {text!r}.")
    for name in names:
        if name in columns:
            raise QcaError(f"--panel names {name!r}, which is the outcome or a condition.")
    return names


def _panel(file: Path, labels: dict[str, list[str]], complete: Bools) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, texts in labels.items():
        if "" in texts:
            raise QcaError(f"{file.name} row {texts.index('') + 2} has no {name}: every row of a panel needs one.")
        found.append(tuple(text for text, whole in zip(texts, complete, strict=True) if whole))
    return found[0], found[1]


def prepare(file: Path, outcome: str, conditions: str, options: Calibration, panel: str | None = None) -> Prepared:
    """Read, complete and calibrate the columns asked for; `panel` names the unit's and the period's column.

    Cases with a missing value are left out with a note. Raises QcaError, or CaseTableError for the file itself.
    """
    kind, idm, half = _choices(options)
    names = parse_conditions(conditions, outcome)
    columns = [outcome, *names]
    given = parse_anchors(options.anchors, columns)
    labels = parse_panel(panel, columns)
    table = read_cases(file, columns, labels)
    names_of = table.cases if not labels else [" ".join(pair) for pair in zip(*table.labels.values(), strict=True)]
    raw: Floats = table.numbers.to_numpy().astype(np.float64)
    complete: Bools = np.asarray(np.isfinite(raw).all(axis=1), dtype=np.bool_)
    notes = list(table.notes)
    left_out = [name for name, whole in zip(names_of, complete, strict=True) if not whole]
    if left_out:
        notes.append(f"{len(left_out)} case(s) left out for a missing value: {', '.join(left_out)}")
    if not complete.any():
        raise QcaError(f"{file.name} has no case with a value in every one of {', '.join(columns)}.")
    raw = raw[complete]
    before = raw[:, 1:].copy()
    descriptions: dict[str, tuple[Description, At | None]] = {}
    for j, name in enumerate(columns):
        at = given.get(name)
        if at is None and options.method == "quartiles":
            at = _quartiles(raw[:, j], kind, name)
        descriptions[name] = (describe(raw[:, j], kind), at)
        if at is not None:
            raw[:, j] = memberships(raw[:, j], at, idm, is_linear=options.is_linear)
    try:
        space = _space(names, raw[:, 1:])
        check_data(space, raw[:, 1:], raw[:, 0])
    except QcaError as error:
        raise QcaError(f"{file.name}: {error}") from error
    if not space.multivalue:
        raw[:, 1:] = resolve_half(raw[:, 1:], half)
    cases = tuple(name for name, whole in zip(names_of, complete, strict=True) if whole)
    places = _panel(file, table.labels, complete) if labels else None
    return Prepared(space, raw[:, 1:], raw[:, 0], cases, tuple(notes), descriptions, before, options, places)


def _quartiles(values: Floats, kind: QuantileType, name: str) -> Anchors:
    try:
        return quartile_anchors(values, kind)
    except QcaError as error:
        raise QcaError(f"Column {name} cannot be calibrated at its quartiles: {error}") from error
