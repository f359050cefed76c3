"""Calibrating and solving observations by the settings, of one year or of several (docs/methods.md, Provinces)."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.provinces.cases import ProvinceStudyError
from analytics.provinces.variables import OUTCOME
from analytics.qca.minimise.truth_table import CutOffs
from analytics.qca.report import Analysis, Settings, analyse
from analytics.qca.sets.calibrate import Anchors, at_half, calibrate, quartile_anchors, resolve_half
from analytics.qca.sets.errors import QcaError
from analytics.qca.sets.space import Floats, Space
from warehouse.sections.provinces import Provinces


def calibrated(
    columns: dict[str, Floats], cases: Sequence[str], settings: Provinces
) -> tuple[dict[str, Anchors], dict[str, Floats], list[str]]:
    """Return anchors and memberships of each raw column (the outcome first), and notes on memberships of 0.5.

    Raises ProvinceStudyError when a column cannot be calibrated, or the settings name one that is not there.
    """
    _check_names(tuple(name for name in columns if name != OUTCOME), settings)
    anchors = {name: _anchors(name, column, settings) for name, column in columns.items()}
    exact = {name: calibrate(column, anchors[name]) for name, column in columns.items()}
    sets = {name: resolve_half(column, settings.half) for name, column in exact.items()}
    return anchors, sets, _halves(cases, exact, settings)


def _check_names(conditions: tuple[str, ...], settings: Provinces) -> None:
    """Refuse anchors and expectations of a variable that is not studied: a misspelt one must not go unnoticed."""
    for key, names in (("anchors", settings.anchors), ("expectations", settings.expectations)):
        valid = (OUTCOME, *conditions) if key == "anchors" else conditions
        for name in names:
            if name not in valid:
                msg = f"[provinces.{key}] names {name!r}, which is not studied; valid here: {', '.join(valid)}."
                raise ProvinceStudyError(msg)


def _anchors(name: str, column: Floats, settings: Provinces) -> Anchors:
    try:
        if name in settings.anchors:
            return Anchors(*settings.anchors[name])
        return quartile_anchors(column, settings.quantile_type)
    except QcaError as error:
        msg = (
            f"{name} cannot be calibrated: {error} Give [provinces.anchors] {name} = [exclusion, crossover, inclusion]."
        )
        raise ProvinceStudyError(msg) from error


def _halves(cases: Sequence[str], sets: dict[str, Floats], settings: Provinces) -> list[str]:
    found = {n: [cases[i] for i in at_half(column)] for n, column in sets.items()}
    what = {"keep": "they belong to no truth table row", "raise": "raised by 0.001", "lower": "lowered by 0.001"}
    return [
        f"{name}: membership of exactly 0.5: {', '.join(codes)}; {what[settings.half]}."
        for name, codes in found.items()
        if codes
    ]


def expectations(conditions: tuple[str, ...], settings: Provinces, *, negate: bool) -> list[int | None]:
    """Return the directional expectation of each condition: present for a high outcome, absent for a non-high one.

    ``[provinces.expectations]`` states another for the high outcome; the non-high one has its opposite.
    """
    level: dict[str, int | None] = {"present": 1, "absent": 0, "none": None}
    stated = [level[settings.expectations.get(name, "present")] for name in conditions]
    return [None if v is None else 1 - v for v in stated] if negate else stated


def analysis(
    cases: Sequence[str], conditions: tuple[str, ...], data: Floats, y: Floats, settings: Provinces, *, negate: bool
) -> Analysis:
    """Return the fsQCA of memberships data (n, k) and y (n,) at the settings' cut-offs and expectations."""
    chosen = Settings(
        cutoffs=CutOffs(settings.consistency, settings.pri, settings.frequency),
        expectations=expectations(conditions, settings, negate=negate),
        negate=negate,
    )
    return analyse(Space.binary(conditions), data, y, OUTCOME, cases, settings=chosen)
