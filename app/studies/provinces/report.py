"""Everything a provincial study writes: five tables in every form and pictures; a page and a LaTeX file a language."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from analytics.provinces.panel_tables import all_tables, write_long
from analytics.provinces.study import ProvincialStudy
from app.studies.provinces.files import write_csv, write_latex, write_xlsx
from app.studies.provinces.html import write_page
from words.language import current

LANGUAGES: tuple[Literal["zh", "en"], ...] = ("zh", "en")
Names = Mapping[Literal["zh", "en"], Mapping[str, str]]


def province_names() -> Names:
    """Return code → name of the provinces, by language."""
    from etl.normalise.places.provinces import provinces

    every = provinces()
    return {"zh": {c: p.zh for c, p in every.items()}, "en": {c: p.en for c, p in every.items()}}


def write_report(study: ProvincialStudy, folder: Path, *, plots: bool = True, png: bool = True) -> list[Path]:
    """Write the report into `folder`; return the files, the pages first. The pages need no PNG.

    CSV and XLSX are in the language spoken, LaTeX and pages in each, a file a language.
    Raises OSError when it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    label, names = study.cases.data_label, province_names()
    pages: list[Path] = []
    others: list[Path] = []
    tables = all_tables(study, names[current()], current())
    others += write_csv(tables, folder, label)
    others.append(write_xlsx(tables, folder / "tables.xlsx", label, current()))
    if study.panel is not None:
        others.append(write_long(study.panel, folder / "panel.csv"))
    pictures: Mapping[Literal["zh", "en"], dict[str, list[Path]]] = {}
    if plots:
        from app.studies.provinces.plots import save_in_both

        pictures = save_in_both(study, names, folder / "figures", ("svg", "png") if png else ("svg",))
    for language in LANGUAGES:
        own = all_tables(study, names[language], language)
        others.append(write_latex(own, folder / f"tables_{language}.tex", label, language))
        drawn = pictures.get(language, {})
        others += [file for files in drawn.values() for file in files]
        pages.append(write_page(study, own, drawn, folder / f"provinces_{language}.html", language))
    return [*pages, *others]
