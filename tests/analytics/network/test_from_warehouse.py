"""The network read from the merged tables, against a plain reading of the same rows; trend, lead and store."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
from made_warehouse import fill, make

import sql
from analytics.network.catalogue import NoSuchNetworkError, subject, subjects
from analytics.network.figures.dependence import dependence_rows
from analytics.network.figures.lead import SCHEMA, quadrant_changes
from analytics.network.figures.trend import dependence_trend, difference
from analytics.network.graph.graph import CitationGraph
from analytics.network.measure import NetworkMeasures
from analytics.network.store import TABLES, measure_network
from analytics.network.tables import nodes_from_frame
from analytics.network.warehouse import read_network
from warehouse.sections.measuring import Place
from warehouse.settings import Settings

DAYS = (date(2012, 6, 30), date(2021, 5, 31))


def with_tables(made):
    for name in ("0006_network", "0060_network_inputs"):
        made.con.execute(sql.text(f"migrations/{name}.sql"))
    return made


@pytest.fixture(scope="module")
def made():
    found = make(seed=4, technologies=3, families=60)
    known = {row["family_key"] for row in found.families}
    ends = {row["citing_family_key"] for row in found.edges} - known
    far = [
        {"family_key": key, "family_id": f"far{key}", "is_harvested": False, "basis": "single", "members": 1}
        for key in sorted(ends)
    ]
    fill(found.con, "families", [row | {"cited_by_known": False, "is_synthetic": True} for row in far])
    publications, applicants, ipc = [], [], []
    for row in found.families:
        key, first = row["family_key"], row["first_publication_date"]
        for at, day in enumerate((first, date(2016, 1, 1))):
            number = f"CN-{key}{at}-A"
            publications.append(
                {
                    "publication_number": number,
                    "country": "CN",
                    "number": f"{key}{at}",
                    "publication_date": max(day, first),
                    "family_key": key,
                    "family_id": row["family_id"],
                }
            )
            names = [f"H{key % 7}", f"H{key % 5 + 10}"] if at == 0 else [f"LATE{key}"]
            applicants += [
                {
                    "publication_number": number,
                    "family_key": key,
                    "sequence": s,
                    "name": n.lower(),
                    "folded_name": n,
                    "source": "x",
                }
                for s, n in enumerate(names, 1)
            ]
            ipc += [
                {
                    "publication_number": number,
                    "family_key": key,
                    "position": p,
                    "symbol": c + "1/00",
                    "subclass": c,
                    "mapped_subclass": c,
                    "source": "x",
                }
                for p, c in enumerate((f"A{key % 3:02}B", f"B{at:02}C"), 1)
            ]
    for table, rows in (("publications", publications), ("applicants", applicants), ("ipc", ipc)):
        defaults = (
            {"sources": ["x"], "field_source": "{}", "is_synthetic": True, "cited_by_known": False}
            if table == "publications"
            else {}
        )
        fill(found.con, table, [row | defaults for row in rows])
    with_tables(found)
    return found


class Plain:
    """One technology at one day, from the rows the tables were filled with."""

    def __init__(self, made, technology: str, day: date) -> None:
        since: dict[int, date] = {}
        for row in made.memberships:
            if row["technology_id"] == technology:
                since[row["family_key"]] = min(since.get(row["family_key"], row["member_from"]), row["member_from"])
        self.members = {key for key, start in since.items() if start <= day}
        self.later = len(since) - len(self.members)
        self.country = {}
        for state in made.states:
            if state["valid_from"] <= day < state["valid_to"]:
                chain = (state["residence_country"], state["priority_country"], state["office_country"])
                self.country[state["family_key"]] = next((one for one in chain if one), None)
        pairs = {(r["cited_family_key"], r["citing_family_key"]) for r in made.edges if r["cited_on"] <= day}
        self.inside = {(a, b) for a, b in pairs if a != b and a in self.members and b in self.members}
        self.backward = {(a, b) for a, b in pairs if b in self.members and a not in self.members}
        self.forward = {(a, b) for a, b in pairs if a in self.members and b not in self.members}


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("technology", ["tech-0", "tech-2"])
def test_graph_is_the_rows_of_the_tables(made, technology, day):
    plain = Plain(made, technology, day)
    pairs = [pair for pair in made.technologies if pair[0] == technology]
    network = read_network(made.con, Place(), day, technology, pairs)
    graph, keys = network.graph, network.graph.nodes.keys
    assert set(keys) == {f"f{key}" for key in plain.members}
    cited, citing = graph.all_inside()
    assert {(keys[a], keys[b]) for a, b in zip(cited, citing, strict=True)} == {
        (f"f{a}", f"f{b}") for a, b in plain.inside
    }
    assert int(graph.outside.backward.sum()) == len(plain.backward)
    assert int((~graph.outside.backward).sum()) == len(plain.forward)
    assert graph.left.later_families == plain.later
    home = [(a, b) for a, b in plain.inside | plain.backward if plain.country.get(b) == "CN"]
    known = [a for a, _ in home if plain.country.get(a)]
    row = dependence_rows(graph, "CN")[0]
    assert row.numerator == sum(plain.country[a] != "CN" for a in known)
    assert row.denominator == len(known)
    assert row.coverage == pytest.approx(len(known) / len(home))
    assert network.data_label == "synthetic"


def test_what_became_known_later_is_not_used(made):
    pairs = [pair for pair in made.technologies if pair[0] == "tech-1"]
    early = read_network(made.con, Place(), date(2015, 12, 31), "tech-1", pairs)
    late = read_network(made.con, Place(), date(2021, 5, 31), "tech-1", pairs)
    assert not early.applicants["holder"].str.starts_with("LATE").any()
    assert not late.applicants["holder"].str.starts_with("LATE").any(), "the earliest publication names the holders"
    assert "B01C" not in early.classes["subclass"].to_list()
    assert "B01C" in late.classes["subclass"].to_list()
    assert set(early.graph.nodes.holder.names) <= {f"H{i}" for i in range(7)}, "the first applicant is the holder"


def test_ties_do_not_hang_on_the_keys_of_a_build(made):
    pairs = [pair for pair in made.technologies if pair[0] == "tech-0"]
    before = NetworkMeasures(read_network(made.con, Place(), DAYS[1], "tech-0", pairs), "CN")
    con = make(seed=4, technologies=3, families=60).con  # the same rows, then every key turned round
    for table, columns in (
        ("families", ["family_key"]),
        ("family_states", ["family_key"]),
        ("family_memberships", ["family_key"]),
        ("family_citations", ["cited_family_key", "citing_family_key"]),
    ):
        for column in columns:
            con.execute(f"UPDATE {table} SET {column} = 100000 - {column}")
    after = NetworkMeasures(read_network(con, Place(), DAYS[1], "tech-0", pairs), "CN")
    for variant in ("global", "key_route_local"):
        left, right = (m.path_table(variant)["family"].to_list() for m in (before, after))
        assert left == right


def test_a_citation_end_without_a_family_does_not_stop_the_run():
    lone = make(seed=5, technologies=1, families=30)  # citing families that no table knows
    network = read_network(lone.con, Place(), DAYS[1], "tech-0", lone.technologies)
    assert network.graph.n_nodes
    assert any(str(key).startswith("family_key:") for key in network.graph.outside.key)


def test_stored_once_a_run_and_links_of_the_latest_runs(made):
    settings = Settings(place=Place(keep_run_families=1))
    measured = measure_network(made.con, 7, settings, DAYS[1], made.technologies)
    made.con.execute("DELETE FROM network_inputs")  # so that the same run is measured a second time
    counts = [made.con.execute(f"SELECT count(*) FROM {table}").fetchall() for table in TABLES]
    measure_network(made.con, 7, settings, DAYS[1], made.technologies)
    assert [made.con.execute(f"SELECT count(*) FROM {table}").fetchall() for table in TABLES] == counts
    assert set(measured) == {"tech-0", "tech-1", "tech-2"}
    [(value,)] = made.con.execute(
        "SELECT value FROM network_indicators WHERE technology_id = 'tech-1' AND indicator = 'foreign_dependence'"
    ).fetchall()
    assert value == dependence_rows(measured["tech-1"].network.graph, "CN")[0].value
    measure_network(made.con, 8, settings, DAYS[1], made.technologies)
    assert made.con.execute("SELECT DISTINCT run_id FROM network_links").fetchall() == [(8,)]
    assert made.con.execute("SELECT DISTINCT run_id FROM network_indicators ORDER BY 1").fetchall() == [(7,), (8,)]


def everything(con, run, *, without_date=True):
    """Every row of every network table of a run, without the columns that name the run and its date."""
    left_out = "run_id, as_of" if without_date else "run_id"
    asked = f"SELECT * EXCLUDE ({left_out}) FROM {{}} WHERE run_id = ? ORDER BY ALL"
    return {name: con.execute(asked.format(name), [run]).fetchall() for name in TABLES}


def test_a_network_is_measured_again_only_where_something_of_it_changed():
    made = with_tables(make(seed=11, technologies=3, families=40))
    settings, pairs = Settings(), made.technologies
    first = measure_network(made.con, 1, settings, DAYS[1], pairs)
    assert set(first) == {"tech-0", "tech-1", "tech-2"}
    later = date(2021, 6, 1)
    dated = made.con.execute("SELECT count(*) FROM family_citations WHERE cited_on = ?", [later]).fetchall()
    assert dated == [(0,)]  # the same year, and nothing is dated between
    assert measure_network(made.con, 2, settings, later, pairs) == {}
    assert everything(made.con, 2) == everything(made.con, 1)
    assert made.con.execute("SELECT DISTINCT as_of FROM network_indicators WHERE run_id = 2").fetchall() == [(later,)]
    assert set(measure_network(made.con, 3, settings, date(2023, 6, 1), pairs)) == set(first)
    assert set(measure_network(made.con, 4, Settings(place=Place(focal_country="JP")), later, pairs)) == set(first)

    [(citing, cited)] = made.con.execute(
        "SELECT citing_family_key, cited_family_key FROM family_citations AS c WHERE cited_on <= ? AND EXISTS (SELECT 1"
        " FROM family_memberships AS m WHERE m.technology_id = 'tech-1' AND m.family_key = c.cited_family_key)"
        " AND 1 = (SELECT count(DISTINCT technology_id) FROM family_memberships AS m"
        " WHERE m.family_key IN (c.cited_family_key, c.citing_family_key)) ORDER BY ALL LIMIT 1", [DAYS[1]],
    ).fetchall()  # fmt: skip
    made.con.execute(
        "DELETE FROM family_citations WHERE citing_family_key = ? AND cited_family_key = ?", [citing, cited]
    )
    assert set(measure_network(made.con, 5, settings, DAYS[1], pairs)) == {"tech-1"}
    taken = everything(made.con, 5, without_date=False)
    made.con.execute("DELETE FROM network_inputs")
    assert set(measure_network(made.con, 6, settings, DAYS[1], pairs)) == set(first)
    assert everything(made.con, 6, without_date=False) == taken


def test_a_run_whose_links_were_dropped_is_not_taken_over():
    made = with_tables(make(seed=12, technologies=1, families=40))
    settings, pairs = Settings(place=Place(keep_run_families=1)), made.technologies
    measure_network(made.con, 1, settings, DAYS[0], pairs)
    measure_network(made.con, 2, settings, DAYS[1], pairs)
    assert set(measure_network(made.con, 3, settings, DAYS[0], pairs)) == {"tech-0"}


def test_a_technology_without_families_has_unknown_figures(made):
    measure_network(made.con, 9, Settings(), DAYS[1], [("nothing", "q")])
    rows = made.con.execute(
        "SELECT value, outside_share FROM network_indicators WHERE run_id = 9 AND indicator = 'foreign_dependence'"
    ).fetchall()
    assert rows == [(None, None)]


def test_a_category_is_its_topics_together(made):
    made.con.execute("INSERT INTO editions VALUES (1, 'topics', 't', 'h', now(), NULL)")
    for topic, query, parent in (("tech-0", "q0", "both"), ("tech-1", "q1", "both"), ("both", None, None)):
        made.con.execute(
            "INSERT INTO edition_items VALUES (1, ?, NULL, ?, ?, 'topic', NULL, ?, ?, NULL, ?)",
            [topic, topic, topic, query, query, parent],
        )
    known = subjects(made.con)
    parts = [
        read_network(made.con, Place(), DAYS[1], name, known[name].pairs).graph.nodes.keys
        for name in ("both", "tech-0", "tech-1")
    ]
    assert set(parts[0]) == set(parts[1]) | set(parts[2])
    with pytest.raises(NoSuchNetworkError, match="Did you mean both"):
        subject(made.con, "boht")


def chain(years: list[tuple[int, bool]]) -> CitationGraph:
    """One domestic family a year citing one abroad (True) or at home."""
    from analytics.network.graph.build import Citations, build_graph

    frame = pl.DataFrame(
        {
            "family": range(len(years) + 2),
            "filed": [1990, 1990, *[y for y, _ in years]],
            "published": [1991] * (len(years) + 2),
            "country": ["US", "CN", *["CN"] * len(years)],
        }
    )
    cited = np.array([0 if abroad else 1 for _, abroad in years])
    citing = np.arange(2, len(years) + 2)
    return build_graph(
        nodes_from_frame(frame), Citations(cited, citing, np.full(len(years), np.datetime64("2020-01-01")))
    )


def test_trend_compares_five_years_with_the_five_before():
    graph = chain(
        [(2011, True)] * 20 + [(2015, True)] * 5 + [(2016, False)] * 9 + [(2020, True)] + [(2020, False)] * 10
    )
    trend = dependence_trend(graph, "CN", date(2020, 6, 1))
    assert (trend.before.numerator, trend.before.denominator) == (25, 25)
    assert (trend.recent.numerator, trend.recent.denominator) == (1, 20)
    assert trend.state == "falling"
    assert dependence_trend(graph, "CN", date(2009, 1, 1)).state == "unknown"


def test_interval_of_a_difference_is_newcombes():
    """Table II (a) and (h), method 10, of Newcombe 1998: 56/70 - 48/80 and 10/10 - 0/10."""
    assert difference((56, 70), (48, 80)) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert difference((10, 10), (0, 10)) == pytest.approx((1.0, 0.6075, 1.0), abs=5e-5)
    assert difference((0, 0), (1, 2)) == (None, None, None)


def placed(rows):
    blank = dict.fromkeys(SCHEMA)
    return pl.DataFrame(
        [blank | {"as_of": date(year, 12, 31), "state": state, "strategy": strategy} for year, state, strategy in rows],
        schema=SCHEMA,
    )


def test_what_moved_before_a_quadrant_change():
    table = placed(
        [
            (2014, "unknown", "assault"),
            (2015, "falling", "assault"),
            (2016, "falling", "assault"),
            (2017, "falling", "entrench"),
            (2018, "no_clear_change", "entrench"),
            (2019, "rising", None),
            (2020, "no_clear_change", "position"),
        ]
    )
    first, second = quadrant_changes(table)
    assert (first.on, first.from_strategy, first.to_strategy) == (date(2017, 12, 31), "assault", "entrench")
    assert (first.moving, first.since) == ("falling", date(2015, 12, 31))
    assert (second.on, second.moving, second.since) == (date(2020, 12, 31), None, None)


def test_no_change_of_quadrant_is_read_across_a_break():
    table = placed(
        [
            (2016, "falling", "assault"),
            (2017, "falling", "entrench"),  # other settings from here on
            (2018, "falling", "entrench"),
            (2019, "rising", "position"),
        ]
    ).with_columns(is_break=pl.Series([False, True, False, False]))
    (change,) = quadrant_changes(table)
    assert (change.on, change.from_strategy, change.moving) == (date(2019, 12, 31), "entrench", "falling")
    assert change.since == date(2017, 12, 31)  # not from before the break
