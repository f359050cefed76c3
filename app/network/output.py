"""Pictures and files of one network: what they are called and how they are made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from analytics.network.path.table import path_citations, path_families
from analytics.network.writers import WRITERS, citation_table, link_table
from app.network.plots import Caption, co_classification_change, dependence_trend, flow_heat_map, main_path_flow, save
from app.network.plots_placement import dependence_and_placement
from app.network.tables import NetworkTables
from app.stamp import newest_stamp
from words.glossary import Language


def caption(tables: NetworkTables, language: Language) -> Caption:
    """Return what is written around the pictures; mixed data is called so in the name and labelled like synthetic."""
    subject, network = tables.subject, tables.measures.network
    name = subject.name_zh if language == "zh" else subject.name_en
    mixed = {"zh": "（真实与合成混合）", "en": " (real and synthetic mixed)"}[language]
    label = network.data_label
    share = network.graph.outside_share
    return Caption(
        name + (mixed if label == "mixed" else ""),
        tables.as_of.isoformat(),
        None if share != share else share,  # noqa: PLR0124 - NaN: no citation at all
        synthetic=label != "real",
    )


def draw(tables: NetworkTables, folder: Path, languages: Iterable[Language]) -> list[Path]:
    """Draw every picture into `folder` as PNG, SVG and PDF, ``TECH-PICTURE.LANGUAGE.png``, and return the files."""
    measures, focal, stamp = tables.measures, tables.settings.place.focal_country, newest_stamp(tables.con)
    network = measures.network
    path = measures.paths[tables.variant]
    written: list[Path] = []
    for language in languages:
        around = caption(tables, language)
        families = path_families(network.graph, path, network.titles_in(language))
        joined = measures.convergence
        made = {
            "main-path": main_path_flow(families, path_citations(network.graph, path), around, language=language),
            "flow-matrix": flow_heat_map(measures.flows, around, language=language),
            "co-classification": co_classification_change(joined.links, joined.members, around, language=language),
            "dependence": dependence_trend(measures.by_year, around, focal=focal, language=language),
            "dependence-placement": dependence_and_placement(
                measures.by_year, tables.placements, around, focal=focal, language=language
            ),
        }
        for name, picture in made.items():
            stem = f"{tables.subject.technology_id}-{name}.{language}"
            written += save(picture, folder / stem, stamp)
    return written


def write_files(tables: NetworkTables, folder: Path, kinds: Sequence[str], language: Language) -> list[Path]:
    """Write the citation, co-classification and co-applicant networks in each of `kinds` and return the files.

    The data label is in every file name, since not every format has a place for it.
    """
    measures = tables.measures
    network, label = measures.network, measures.network.data_label
    technology = tables.subject.technology_id
    members = measures.convergence.members.filter(pl.col("window") == 2)
    nodes = members.select("subclass", "families", cluster="community")
    title = f"{technology} {tables.as_of} {label}"
    path = measures.paths[tables.variant]
    networks = {
        "citations": citation_table(network.graph, f"{title} citations", titles=network.titles_in(language), path=path),
        "co-classification": link_table(_later(measures.links()), f"{title} co-classification", nodes),
        "co-applicants": link_table(measures.partners, f"{title} co-applicants"),
    }
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for kind in kinds:
        for name, table in networks.items():
            written += WRITERS[kind](table, folder / f"{technology}-{name}-{label}")
    return written


def _later(links: pl.DataFrame) -> pl.DataFrame:
    """Return the links of the later window."""
    return links.filter(pl.col("later") > 0).select("first", "second", pl.col("later").alias("families"), "state")
