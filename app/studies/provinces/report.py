"""Everything a provincial study writes: five tables in every form, pictures, pages; a file a language."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from analytics.provinces.panel_tables import all_tables, write_long
from analytics.provinces.study import ProvincialStudy
from app.studies.provinces.files import write_csv, write_latex, write_xlsx
from app.studies.provinces.html import write_page

LANGUAGES: tuple[Literal["zh", "en"], ...] = ("zh", "en")
Names = Mapping[Literal["zh", "en"], Mapping[str, str]]


def province_names() -> Names:
    """Return code → name of the provinces, by language."""
    from etl.normalise.places.provinces import provinces

    every = provinces()
    return {"zh": {c: p.zh for c, p in every.items()}, "en": {c: p.en for c, p in every.items()}}


def write_report(study: ProvincialStudy, folder: Path, *, plots: bool = True, png: bool = True) -> list[Path]:
    """Write the report into `folder`; return the files, the pages first. The pages need no PNG.

    Each file is in one language, which its name ends with. Raises OSError when it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    label, names = study.cases.data_label, province_names()
    pages: list[Path] = []
    others: list[Path] = []
    if study.panel is not None:
        others.append(write_long(study.panel, folder / "panel.csv"))
    pictures: Mapping[Literal["zh", "en"], dict[str, list[Path]]] = {}
    if plots:
        from app.studies.provinces.plots import save_in_both

        pictures = save_in_both(study, names, folder / "figures", ("svg", "png") if png else ("svg",))
    for language in LANGUAGES:
        tables = all_tables(study, names[language], language)
        others += write_csv(tables, folder, label, language)
        others.append(write_xlsx(tables, folder / f"tables_{language}.xlsx", label, language))
        others.append(write_latex(tables, folder / f"tables_{language}.tex", label, language))
        drawn = pictures.get(language, {})
        others += [file for files in drawn.values() for file in files]
        pages.append(write_page(study, tables, drawn, folder / f"provinces_{language}.html", language))
    return [*pages, *others]
