"""The provincial study computed: calibration, NCA, fsQCA for both outcomes, robustness (docs/methods.md, Provinces)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from analytics.nca.report import Settings as NcaSettings
from analytics.nca.report import Study as NcaStudy
from analytics.nca.report import study as nca_study
from analytics.provinces.cases import Cases
from analytics.provinces.panel import PanelStudy
from analytics.provinces.solve import analysis, calibrated
from analytics.provinces.variables import OUTCOME
from analytics.qca.minimise.minimise import IntermediatePair, Model
from analytics.qca.report import Analysis
from analytics.qca.robust import Rerun, Study, rerun
from analytics.qca.sets.calibrate import Anchors
from analytics.qca.sets.describe import Description, describe
from analytics.qca.sets.space import Floats
from warehouse.sections.provinces import Provinces


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
    for name, done in (("high", high), ("non-high", low)):
        every = list(models(done))
        if len(every) > 1:
            notes.append(f"{name}: {len(every)} intermediate models; Table 5 shows {every[0][0]}.")
        if not every:
            notes.append(f"{name}: no configuration passes the cut-offs.")
    return ProvincialStudy(
        cases, settings, {name: describe(c, settings.quantile_type) for name, c in columns.items()}, anchors, data, y,
        nca, high, low, _robustness(high, settings), tuple(notes),
    )  # fmt: skip


def _robustness(done: Analysis, settings: Provinces) -> tuple[Rerun, ...]:
    """The high outcome again at a stricter consistency (provincial paper, §4.3), a higher frequency, a higher PRI."""
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
