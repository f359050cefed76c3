"""Draw ``docs/pictures/main-path-drones.svg`` from the real citation file in ../shared/data/citations.

The file (poldham/drones on GitHub, MIT) lists publications with what they cite and are cited by. Families are INPADOC
families, the country is that of the first priority; the file names no holder and no title.
Run it from the project's folder: ``python docs/pictures/make_main_path.py``.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import polars as pl

from analytics.network.figures.concentration import forward_counts
from analytics.network.figures.dependence import dependence_rows
from analytics.network.graph.build import Citations, build_graph
from analytics.network.graph.graph import CitationGraph
from analytics.network.path.main_path import main_path
from analytics.network.path.table import path_citations, path_families
from analytics.network.tables import dates, nodes_from_frame
from app.network.plots import Caption, main_path_flow

ROOT = Path(__file__).parents[2]
FILE = ROOT / ".." / "shared" / "data" / "citations" / "drones_numbers_citations_15776_from_rda.csv"
NAME = "Drones: 15 776 real publications (poldham/drones, MIT)"


def listed(text: str) -> list[str]:
    """Numbers of a list parted by semicolons; an entry may hold a date after its number ("US9801234B2 20171024")."""
    return [entry.split()[0] for entry in text.split(";") if entry.strip()]


def read_graph(file: Path = FILE) -> CitationGraph:
    """Build the family graph of the file."""
    with file.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    family: dict[str, str] = {}
    facts: dict[str, dict[str, object]] = {}
    for row in rows:
        key = (listed(row["inpadoc_first_family_member"]) or [row["publication_number"]])[0]
        family[row["publication_number"]] = key
        _note(facts.setdefault(key, {"family": key, "filed": None, "published": None, "country": None}), row)
    for row in rows:
        for member in listed(row["inpadoc_family_members"]):
            family.setdefault(member, family[row["publication_number"]])
    pairs: list[tuple[str, str, object]] = []
    for row in rows:
        me, year = family[row["publication_number"]], _year(row)
        pairs += [(family.get(other, other), me, year) for other in listed(row["cited_patents"])]
        for citing in (family.get(other, other) for other in listed(row["citing_patents"])):
            pairs.append((me, citing, facts.get(citing, {}).get("published")))
    nodes = pl.DataFrame(
        list(facts.values()),
        schema={"family": pl.String, "filed": pl.Int64, "published": pl.Int64, "country": pl.String},
    )
    cited, citing_key = (np.array([pair[end] for pair in pairs], dtype=object) for end in (0, 1))
    on = dates(pl.Series([pair[2] for pair in pairs], dtype=pl.Int64))
    return build_graph(nodes_from_frame(nodes.sort("family")), Citations(cited, citing_key, on))


def _year(row: dict[str, str]) -> int | None:
    return int(row["publication_year"]) if row["publication_year"] else None


def _note(fact: dict[str, object], row: dict[str, str]) -> None:
    """Keep the earliest filing and publication year, and the first country of priority, of a family's members."""
    filed = re.search(r" (\d{4})-\d\d-\d\d$", row["application_number"])
    priority = re.match(r"([A-Z]{2})\d", row["priority_number"])
    found = {
        "filed": int(filed[1]) if filed and filed[1] != "0001" else None,
        "published": _year(row),
        "country": priority[1] if priority else None,
    }
    for name, value in found.items():
        known = [one for one in (fact[name], value) if one is not None]
        fact[name] = min(known, default=None)  # type: ignore[type-var]


def main() -> None:
    """Draw the picture and print the figures the README states."""
    graph = read_graph()
    path = main_path(graph, "global")
    families, citations = path_families(graph, path), path_citations(graph, path)
    picture = main_path_flow(families, citations, Caption(NAME, None, graph.outside_share))
    target = Path(__file__).parent / "main-path-drones.svg"
    picture.savefig(target, metadata={"Date": None})
    inside, outside = graph.n_edges, len(graph.outside)
    print(f"{graph.n_nodes} families, {inside} citations inside, {outside} leave the set ({graph.outside_share:.4f})")
    most = int(forward_counts(graph).max())
    print(f"{len(graph.broken)} citations broken out of {graph.loops} loops; most cited {most} times")
    print(f"main path: {len(path.nodes)} families; ln of all paths {path.ln_total:.3f}")
    for focal in ("US", "CN"):
        print(dependence_rows(graph, focal)[0])
    with pl.Config(tbl_rows=60):
        print(families)


if __name__ == "__main__":
    main()
