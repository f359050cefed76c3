"""The provincial study computed: calibration, NCA, fsQCA for both outcomes, robustness (docs/methods.md, Provinces)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from analytics.nca.report import Settings as NcaSettings
from analytics.nca.report import Study as NcaStudy
from analytics.nca.report import study as nca_study
from analytics.provinces.cases import Cases, ProvinceStudyError
from analytics.provinces.variables import OUTCOME
from analytics.qca.minimise.minimise import IntermediatePair, Model
from analytics.qca.minimise.truth_table import CutOffs
from analytics.qca.report import Analysis, analyse
from analytics.qca.report import Settings as QcaSettings
from analytics.qca.robust import Rerun, Study, rerun
from analytics.qca.sets.calibrate import Anchors, at_half, calibrate, quartile_anchors, resolve_half
from analytics.qca.sets.describe import Description, describe
from analytics.qca.sets.errors import QcaError
from analytics.qca.sets.space import Floats, Space
from warehouse.sections.provinces import Provinces

if TYPE_CHECKING:
    from analytics.provinces.panel import PanelStudy


@dataclass(frozen=True)
class ProvincialStudy:
    """Everything one study gives. Memberships `data` (n, k) and `y` (n,); analyses' cases are province codes.

    `panel` is there when the study over several years was asked for.
    """

    cases: Cases
    settings: Provinces
    descriptions: dict[str, Description]
    anchors: dict[str, Anchors]
    data: Floats
    y: Floats
    nca: NcaStudy
    high: Analysis
    low: Analysis
    robustness: tuple[Rerun, ...]
    notes: tuple[str, ...]
    panel: PanelStudy | None = None

    @property
    def analyses(self) -> dict[str, Analysis]:
        """The analyses by outcome: high, and low (non-high)."""
        return {"high": self.high, "low": self.low}


def shown_model(done: Analysis) -> tuple[IntermediatePair, Model] | None:
    """Return the model of Table 5: the first of the first C–P pair; None when no row passes."""
    for pair in done.intermediate.pairs.values():
        if pair.models:
            return pair, pair.models[0]
    return None


def models(done: Analysis) -> Iterator[tuple[str, IntermediatePair, Model]]:
    """Yield (name, pair, model) of every intermediate model, the shown one first."""
    for name, pair in done.intermediate.pairs.items():
        for i, model in enumerate(pair.models, 1):
            yield (name if len(pair.models) == 1 else f"{name}-M{i}"), pair, model


def run_study(cases: Cases, settings: Provinces) -> ProvincialStudy:
    """Compute the study. Raises ProvinceStudyError when a variable cannot be calibrated."""
    columns = {OUTCOME: cases.outcome, **{n: cases.raw[:, j] for j, n in enumerate(cases.conditions)}}
    anchors, sets, halves = calibrated(columns, cases.provinces, settings)
    notes = [*cases.notes, *halves]
    y, data = sets[OUTCOME], np.column_stack([sets[name] for name in cases.conditions])
    basis = sets if settings.nca_data == "calibrated" else columns
    nca = nca_study(
        pl.DataFrame({name: basis[name] for name in (OUTCOME, *cases.conditions)}), OUTCOME, cases.conditions,
        NcaSettings(permutations=settings.permutations, seed=settings.seed),
    )  # fmt: skip
    high, low = (
        analysis(cases.provinces, cases.conditions, data, y, settings, negate=negate) for negate in (False, True)
    )
    for name, done in (("high 高", high), ("non-high 非高", low)):
        every = list(models(done))
        if len(every) > 1:
            notes.append(f"{name}: {len(every)} intermediate models; Table 5 shows {every[0][0]} 中间解不唯一.")
        if not every:
            notes.append(f"{name}: no configuration passes the cut-offs 无组态达到阈值.")
    return ProvincialStudy(
        cases, settings, {name: describe(c, settings.quantile_type) for name, c in columns.items()}, anchors, data, y,
        nca, high, low, _robustness(high, settings), tuple(notes),
    )  # fmt: skip


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
        f"{name}: membership of exactly 0.5 恰为 0.5: {', '.join(codes)}; {what[settings.half]}."
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
    chosen = QcaSettings(
        cutoffs=CutOffs(settings.consistency, settings.pri, settings.frequency),
        expectations=expectations(conditions, settings, negate=negate),
        negate=negate,
    )
    return analyse(Space.binary(conditions), data, y, OUTCOME, cases, settings=chosen)


def _robustness(done: Analysis, settings: Provinces) -> tuple[Rerun, ...]:
    """The high outcome again at a stricter consistency (K §4.3), at a higher frequency and at a higher PRI."""
    shown = shown_model(done)
    if shown is None:
        return ()
    base = Study(done.space, done.data, done.y, done.table.cutoffs, "intermediate", done.settings.expectations)
    cut = done.table.cutoffs
    settings_of = {
        f"consistency ≥ {settings.robust_consistency:g}": replace(cut, inclusion=settings.robust_consistency),
        f"PRI ≥ {min(1.0, cut.pri + 0.05):g}": replace(cut, pri=min(1.0, cut.pri + 0.05)),
        f"n ≥ {cut.frequency + 1}": replace(cut, frequency=cut.frequency + 1),
    }
    return rerun(base, shown[1], settings_of)
