"""Every figure on the real citation file, against a computation in plain Python that shares no code with the program.

The file lists publications with the publications they cite and are cited by. The test groups them to INPADOC
families and takes the country of the first priority; the file names no holder, so every holder figure must
come out unknown.
"""

from __future__ import annotations

import csv
import math
import re
import statistics
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import polars as pl
import pytest

from analytics.network.figures.concentration import forward_counts, top_decile
from analytics.network.figures.dependence import dependence_by_year, flow_matrix
from analytics.network.figures.gather import build_report, loop_report, network_figures
from analytics.network.graph.build import Citations, build_graph
from analytics.network.path.main_path import main_path
from analytics.network.path.spc import path_counts
from analytics.network.path.table import countries_by_decade, path_citations, path_families
from analytics.network.tables import nodes_from_frame
from tests.analytics.network import oracle

FILE = (
    Path(__file__).parents[3] / ".." / "shared" / "data" / "citations" / "drones_numbers_citations_15776_from_rda.csv"
)
pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the real citation file (../shared/data/citations) is absent")


class Plain:
    """The file read into dictionaries, and loops broken, by the rules of docs/network.md."""

    def __init__(self, until: int | None = None) -> None:
        with FILE.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
        family = {}
        self.filed: dict[str, int] = {}
        self.published: dict[str, int] = {}
        self.country: dict[str, str] = {}
        for row in rows:
            key = row["inpadoc_first_family_member"] or row["publication_number"]
            family[row["publication_number"]] = key
            filed = re.search(r" (\d{4})-\d\d-\d\d$", row["application_number"])
            if filed and filed[1] != "0001":
                self.filed[key] = min(int(filed[1]), self.filed.get(key, 9999))
            if row["publication_year"]:
                self.published[key] = min(int(row["publication_year"]), self.published.get(key, 9999))
            priority = re.match(r"([A-Z]{2})\d", row["priority_number"])
            if priority:
                self.country[key] = min(priority[1], self.country.get(key, "ZZ"))
        self.families = sorted(set(family.values()))
        for row in rows:  # members of a family that are not in the file themselves, "US9800796B1 20171024; ..."
            for member in filter(None, row["inpadoc_family_members"].split(";")):
                family.setdefault(member.split()[0], family[row["publication_number"]])
        self.rows: list[tuple[str, str, int | None]] = []
        for row in rows:
            me = family[row["publication_number"]]
            year = int(row["publication_year"]) if row["publication_year"] else None
            for other in filter(None, row["cited_patents"].split("; ")):
                self.rows.append((family.get(other, other), me, year))
            for other in filter(None, row["citing_patents"].split("; ")):
                to = family.get(other, other)
                self.rows.append((me, to, self.published.get(to)))
        self.links = sum(len(row["citing_patents"].split("; ")) for row in rows if row["citing_patents"])
        self.until = until
        self._connect()

    def _connect(self) -> None:
        here = set(self.families)
        rows = self.rows
        if self.until is not None:
            here = {key for key in here if self.published.get(key, 9999) <= self.until}
            rows = [item for item in rows if item[2] is not None and item[2] <= self.until]
        self.here = here
        pairs = {(a, b) for a, b, _ in rows if a != b}
        self.inside = {(a, b) for a, b in pairs if a in here and b in here}
        self.backward_out = {(a, b) for a, b in pairs if a not in here and b in here}
        self.forward_out = {(a, b) for a, b in pairs if a in here and b not in here}
        graph = nx.DiGraph(list(self.inside))
        rings = [ring for ring in nx.strongly_connected_components(graph) if len(ring) > 1]
        ring_of = {key: i for i, ring in enumerate(rings) for key in ring}
        order = {key: (self.filed.get(key) or self.published.get(key) or 9999, key) for key in here}
        self.broken = {
            (a, b) for a, b in self.inside if a in ring_of and ring_of[a] == ring_of.get(b) and order[b] < order[a]
        }
        self.rings = len(rings)
        self.dag = nx.DiGraph(list(self.inside - self.broken))
        self.outside_share = (len(self.backward_out) + len(self.forward_out)) / (
            len(self.inside) + len(self.backward_out) + len(self.forward_out)
        )

    def counts(self) -> dict[tuple[str, str], int]:
        order = list(nx.topological_sort(self.dag))
        into, out_of = {}, {}
        for v in order:
            into[v] = sum(into[u] for u in self.dag.predecessors(v)) or 1
        for v in reversed(order):
            out_of[v] = sum(out_of[w] for w in self.dag.successors(v)) or 1
        self.total = sum(out_of[v] for v in order if not self.dag.in_degree(v))
        return {(a, b): into[a] * out_of[b] for a, b in self.dag.edges}


def program(plain: Plain):
    keys = plain.families
    frame = pl.DataFrame(
        {
            "family": keys,
            "filed": [plain.filed.get(key) for key in keys],
            "published": [plain.published.get(key) for key in keys],
            "country": [plain.country.get(key) for key in keys],
        }
    )
    rows = plain.rows
    on = np.array(
        [np.datetime64("NaT") if y is None else np.datetime64(f"{y}-01-01") for _, _, y in rows], "datetime64[D]"
    )
    cited = np.array([a for a, _, _ in rows], dtype=object)
    citing = np.array([b for _, b, _ in rows], dtype=object)
    as_of = None if plain.until is None else np.datetime64(f"{plain.until}-12-31")
    return build_graph(nodes_from_frame(frame), Citations(cited, citing, on), as_of)


@pytest.fixture(scope="module", params=[None, 2008], ids=["whole", "as_of_2008"])
def both(request):
    plain = Plain(request.param)
    return plain, program(plain)


def figure(graph, name, focal="US"):
    [found] = (
        network_figures(graph, focal)
        .filter(
            (pl.col("indicator") == name)
            & (pl.col("subject").is_null() | (pl.col("subject") == focal) | pl.lit("decile" in name))
        )
        .tail(1)
        .to_dicts()
    )
    return found


def test_the_file_is_the_one_described():
    assert Plain().links == 100_576


def test_graph(both):
    plain, graph = both
    keys = graph.nodes.keys
    edges = set(zip(keys[graph.cited], keys[graph.citing], strict=True))
    assert set(keys) == plain.here
    assert edges == set(plain.dag.edges)
    assert set(loop_report(graph).select("cited", "citing").iter_rows()) == plain.broken
    assert graph.loops == plain.rings
    report = dict(build_report(graph).iter_rows())
    assert report["citations_outside_backward"] == len(plain.backward_out)
    assert report["citations_outside_forward"] == len(plain.forward_out)
    assert graph.outside_share == pytest.approx(plain.outside_share)


def test_counts_and_main_path(both):
    plain, graph = both
    exact = plain.counts()
    found = path_counts(graph)
    keys = graph.nodes.keys.tolist()
    assert found.ln_total == pytest.approx(math.log(plain.total), abs=1e-9)
    for a, b, log in zip(graph.cited.tolist(), graph.citing.tolist(), found.ln_edges(graph).tolist(), strict=True):
        assert abs(math.expm1(log - math.log(exact[keys[a], keys[b]]))) <= 1e-9
    best: dict[str, int] = {}
    for v in reversed(list(nx.topological_sort(plain.dag))):
        best[v] = max((exact[v, w] + best[w] for w in plain.dag.successors(v)), default=0)
    names = [keys[node] for node in main_path(graph, "global").nodes]
    assert nx.is_path(plain.dag, names)
    assert plain.dag.in_degree(names[0]) == plain.dag.out_degree(names[-1]) == 0
    assert sum(exact[edge] for edge in pairwise(names)) == max(best.values())
    for variant in ("global", "local", "key_route_global", "key_route_local"):
        assert main_path(graph, variant).edges == oracle.exact_path(graph, variant).edges
    top = max(exact.values())
    routes = {(keys[a], keys[b]) for a, b in main_path(graph, "key_route_local", routes=1).edges}
    assert any(exact[edge] == top for edge in routes)


def test_path_tables(both):
    plain, graph = both
    exact = plain.counts()
    path = main_path(graph, "global")
    table = path_families(graph, path)
    names = table["family"].to_list()
    assert table["country"].to_list() == [plain.country.get(name) for name in names]
    assert table["year"].to_list() == [plain.filed.get(name) or plain.published.get(name) for name in names]
    assert table["holder"].null_count() == len(names)
    for a, b, _, share in path_citations(graph, path).iter_rows():
        assert share == pytest.approx(exact[a, b] / plain.total)
    expected = Counter((plain.filed[n] // 10 * 10 if n in plain.filed else None, plain.country.get(n)) for n in names)
    decades = countries_by_decade(graph, path)
    assert {(d, c): n for d, c, n in decades.select("decade", "country", "families").iter_rows()} == dict(expected)


@pytest.mark.parametrize("focal", ["US", "CN", "JP"])
def test_dependence(both, focal):
    plain, graph = both
    backward = plain.inside | plain.backward_out
    country = {key: plain.country[key] for key in plain.families if key in plain.country}
    mine = [(a, b) for a, b in backward if country.get(b) == focal]
    known = [(a, b) for a, b in mine if a in country]
    home = sum(country[a] == focal for a, b in known)
    for name, value in (("foreign_dependence", len(known) - home), ("self_reliance", home)):
        row = figure(graph, name, focal)
        assert row["value"] == (pytest.approx(value / len(known)) if known else None)
        assert (row["numerator"], row["denominator"]) == ((value, len(known)) if known else (None, None))
        assert row["coverage"] == (pytest.approx(len(known) / len(mine)) if mine else None)
        assert row["outside_share"] == pytest.approx(plain.outside_share)
        assert figure(graph, f"{name}_between_holders", focal)["value"] == row["value"]
    years: dict[str, list[bool]] = defaultdict(list)
    for a, b in known:
        if b in plain.filed:
            years[str(plain.filed[b])].append(country[a] != focal)
    by_year = {row.subject: row.value for row in dependence_by_year(graph, focal) if row.value is not None}
    assert by_year == pytest.approx({year: sum(v) / len(v) for year, v in years.items()})


def test_flow_matrix(both):
    plain, graph = both
    flows = Counter((plain.country.get(b), plain.country.get(a)) for a, b in plain.inside | plain.backward_out)
    table = flow_matrix(graph)
    assert {(b, a): n for b, a, n in table.select("citing_country", "cited_country", "citations").iter_rows()} == dict(
        flows
    )
    known = Counter()
    for (b, a), n in flows.items():
        known[b] += n if a is not None else 0
    for b, a, n, share in table.iter_rows():
        assert share is None if a is None or b is None else share == pytest.approx(n / known[b])


def test_lag(both):
    plain, graph = both
    for focal, name in ((None, None), ("JP", "JP")):
        lags = [
            (np.datetime64(f"{plain.filed[b]}-01-01") - np.datetime64(f"{plain.filed[a]}-01-01")).astype(int) / 365.25
            for a, b in plain.inside
            if a in plain.filed and b in plain.filed and (focal is None or plain.country.get(b) == focal)
        ]
        rows = network_figures(graph, "JP").filter(pl.col("subject").eq_missing(pl.lit(name)))
        values = {r["indicator"]: r["value"] for r in rows.to_dicts()}
        assert values["citation_lag_mean"] == pytest.approx(statistics.fmean(lags))
        assert values["citation_lag_median"] == pytest.approx(statistics.median(lags))


def test_concentration(both):
    plain, graph = both
    countries = Counter(plain.country[key] for key in plain.here if key in plain.country)
    total = sum(countries.values())
    assert figure(graph, "country_hhi")["value"] == pytest.approx(sum((n / total) ** 2 for n in countries.values()))
    assert figure(graph, "country_hhi")["coverage"] == pytest.approx(total / len(plain.here))
    assert figure(graph, "country_cr4")["value"] == pytest.approx(sum(n for _, n in countries.most_common(4)) / total)
    for name in ("holder_hhi", "holder_cr4", "same_holder_share"):
        row = figure(graph, name)
        assert row["value"] is None
        assert row["coverage"] == 0


def test_top_decile(both):
    plain, graph = both
    cited = Counter(a for a, _ in plain.inside | plain.forward_out)
    assert dict(zip(graph.nodes.keys, forward_counts(graph).tolist(), strict=True)) == {k: cited[k] for k in plain.here}
    floor = sorted((cited[key] for key in plain.here), reverse=True)[math.ceil(len(plain.here) / 10) - 1]
    top = {key for key in plain.here if cited[key] >= max(floor, 1)}
    assert set(graph.nodes.keys[top_decile(graph)]) == top
    (lead, first), (_, second) = Counter(plain.country[key] for key in top if key in plain.country).most_common(2)
    share, to_second = figure(graph, "top_decile_lead_share"), figure(graph, "top_decile_lead_to_second")
    assert share["subject"] == lead
    assert share["numerator"] == first
    assert to_second["value"] == pytest.approx(first / second)
