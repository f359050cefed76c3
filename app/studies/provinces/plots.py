"""The provincial study's pictures: ceiling scatters, bottleneck charts, XY plots of the paths, truth tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from analytics.nca.report import BottleneckTable
from analytics.nca.report import Study as NcaStudy
from analytics.provinces.study import ProvincialStudy, shown_model
from analytics.provinces.tables import PREFIX
from analytics.provinces.variables import OUTCOME, label, variable
from analytics.qca.report import Analysis
from analytics.qca.sets.space import Space
from app.fonts import clean_texts
from warehouse.process.pool import pool_of
from words.glossary import Language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("svg", "png")


def _nca(study: ProvincialStudy, language: Language) -> NcaStudy:
    """The NCA with names for people."""
    found = study.nca
    tables = {
        ceiling: BottleneckTable(t.outcome, {label(n, language): cells for n, cells in t.columns.items()})
        for ceiling, t in found.bottlenecks.items()
    }
    named = {label(n, language): r for n, r in found.conditions.items()}
    return replace(found, outcome=label(OUTCOME, language), conditions=named, bottlenecks=tables)


def _qca(done: Analysis, names: Mapping[str, str], language: Language) -> Analysis:
    sign = "~" if done.settings.negate else ""
    return replace(
        done,
        space=Space.binary(tuple(variable(n).code for n in done.space.names)),
        outcome=sign + label(OUTCOME, language),
        cases=tuple(names.get(code, code) for code in done.cases),
    )


def figures(study: ProvincialStudy, names: Mapping[str, str], language: Language) -> Iterator[tuple[str, Figure]]:
    """Yield (file name stem, figure) of every picture; `names` gives each province code its name."""
    from app.studies.nca.plots import bottleneck_chart, ceiling_scatter
    from app.studies.provinces.xy import xy_figure
    from app.studies.qca.plots import truth_table_heatmap

    synthetic = study.cases.data_label != "real"
    nca = _nca(study, language)
    for i, (name, result) in enumerate(nca.conditions.items(), 1):
        figure = ceiling_scatter(result, name, nca.outcome, language=language, synthetic=synthetic)
        yield f"nca{i}_{study.cases.conditions[i - 1]}", figure
    for ceiling, table in nca.bottlenecks.items():
        figure = bottleneck_chart(table, ceiling, nca, language=language, synthetic=synthetic)
        yield f"bottleneck_{ceiling}", figure
    mark = "" if not synthetic else " · 合成数据" if language == "zh" else " · synthetic data"
    for side, done in study.analyses.items():
        named = _qca(done, names, language)
        yield f"truth_table_{side}", truth_table_heatmap(named, language=language, synthetic=synthetic)
        shown = shown_model(done)
        if shown is None:
            continue
        for i, term in enumerate(shown[1], 1):
            path = f"{PREFIX[side]}{i}"
            yield f"xy_{path}", xy_figure(done, [term], path, named.cases, language, mark)
        yield f"xy_{side}_solution", xy_figure(done, shown[1], None, named.cases, language, mark)


def save_figures(
    study: ProvincialStudy, names: Mapping[str, str], folder: Path, language: Language, formats: Sequence[str] = FORMATS
) -> dict[str, list[Path]]:
    """Write every picture in each of `formats` into `folder`; return stem → files."""
    folder.mkdir(parents=True, exist_ok=True)
    written: dict[str, list[Path]] = {}
    for stem, figure in figures(study, names, language):
        for ending in formats:
            path = folder / f"{stem}_{language}.{ending}"
            clean_texts(figure)
            figure.savefig(path, dpi=110, metadata={"Date": None} if ending == "svg" else {})
            figure.set_layout_engine("none")  # placed once: the second format takes the places found for the first
            written.setdefault(stem, []).append(path)
    return written


def save_in_both(
    study: ProvincialStudy, names: Mapping[Language, Mapping[str, str]], folder: Path, formats: Sequence[str] = FORMATS
) -> dict[Language, dict[str, list[Path]]]:
    """Write the pictures in both languages, each in a process of its own: drawing is most of a report's time."""
    with pool_of(len(names)) as pool:
        jobs = {
            language: pool.submit(save_figures, study, own, folder, language, formats)
            for language, own in names.items()
        }
        return {language: job.result() for language, job in jobs.items()}
