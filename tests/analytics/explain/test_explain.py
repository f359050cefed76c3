"""What changed between two runs: parts add up, and revisions and changed queries are named as such.

Source: docs/methods.md, Strategy matrix.
"""

from dataclasses import replace
from datetime import date, timedelta

import duckdb
import pytest

from analytics.explain.explain import Cause, difference, explain, store_attributions
from analytics.explain.run_records import NoSuchRunError, Recorded, technology_names
from analytics.explain.sentences import sentence
from analytics.matrix.place import place
from tests.analytics.made_warehouse import FAR, empty, fill
from warehouse.sections.measuring import Place
from warehouse.settings import Settings

OPEN = Settings(place=Place(screening="open", bootstrap_draws=0, coverage_floor=0.0))
EARLY, LATE = date(2015, 1, 1), date(2016, 1, 1)
TECHNOLOGIES = [("alpha", "qa"), ("beta", "qb"), ("gamma", "qc")]


class World:
    """Families written one by one, each with one state, a citation and a claim."""

    def __init__(self):
        self.con = empty()
        self.next = 0

    def add(self, technology, query_hash, n, country, subclass, filed=date(2012, 1, 1), published=date(2013, 1, 1)):
        for table, row in (
            ("families", {"family_id": "f", "is_harvested": True, "basis": "single", "members": 1}
                         | {"cited_by_known": True, "is_synthetic": False}),
            ("family_states", {"valid_from": published, "valid_to": FAR, "filing_date": filed, "claim_count": 10}
                              | {"residence_country": country, "main_subclass": subclass, "stated_subclass": subclass}
                              | {"is_pct": True, "has_patent": True, "has_utility_model": False, "in_force": True}),
            ("family_memberships", {"technology_id": technology, "query_hash": query_hash, "member_from": published}),
            ("family_citations", {"cited_on": published, "date_basis": "publication", "citing_family_key": 10**6}),
        ):  # fmt: skip
            key = "cited_family_key" if table == "family_citations" else "family_key"
            fill(self.con, table, [row | {key: self.next + i} for i in range(n)])
        self.next += n


def world():
    """Three technologies: CN shares 0.48, 0.2, 0.8; raw dynamics 4 + 3 + 2 + 1 = 10, 1 and 0."""
    w = World()
    for technology, query_hash, cn, codes in (
        ("alpha", "qa", 12, ["A01B"]), ("beta", "qb", 5, ["H01L", "H01M"]), ("gamma", "qc", 20, ["H01L", "A01B"])
    ):  # fmt: skip
        w.add(technology, query_hash, 1, "US", "H01L", filed=date(2005, 1, 1))
        if technology == "gamma":
            w.add(technology, query_hash, 1, "US", "A01B", filed=date(2005, 1, 1))
        for code in codes:
            w.add(technology, query_hash, cn // len(codes), "CN", code)
            w.add(technology, query_hash, (25 - cn) // len(codes), "US", code)
    return w


def moves(con, **kwargs):
    return {m.technology_id: m for m in explain(con, 1, 2, OPEN, **kwargs)}


def check_parts(found):
    for m in found.values():
        for axis in ("capability", "dynamics"):
            total = sum(getattr(p, f"{axis}_change") for p in m.parts)
            assert total == pytest.approx(getattr(m.after, axis) - getattr(m.before, axis), abs=1e-12)
        own = next(p for p in m.parts if p.part == "own_shares")
        assert sum(m.indicators.values()) == pytest.approx(own.capability_change, abs=1e-12)


def test_a_technologys_own_move_is_told_with_what_did_it():
    w = world()
    w.add("alpha", "qa", 10, "CN", "A01B", published=EARLY + timedelta(days=90))
    place(w.con, 1, OPEN, EARLY, TECHNOLOGIES)
    place(w.con, 2, OPEN, LATE, TECHNOLOGIES)
    found = moves(w.con)
    check_parts(found)
    alpha = found["alpha"]
    assert (alpha.before.strategy, alpha.after.strategy) == ("position", "disrupt")
    assert alpha.cause is Cause.OWN
    assert alpha.revision == (0.0, 0.0)
    shown = sentence(alpha, ("甲", "Alpha"))
    assert shown.en.startswith("Alpha moved from position to disrupt: capability rose from 0.4")
    assert "its own shares" in shown.en
    assert "this is its own move" in shown.en
    assert shown.zh.startswith("甲由卡位转为颠覆：技术能力基础由")
    assert found["gamma"].cause is Cause.NONE
    assert "stays at" in sentence(found["gamma"]).en


def test_new_ipc_codes_are_named():
    w = world()
    w.add("gamma", "qc", 3, "CN", "B22F", published=EARLY + timedelta(days=90))
    place(w.con, 1, OPEN, EARLY, TECHNOLOGIES)
    place(w.con, 2, OPEN, LATE, TECHNOLOGIES)
    gamma = moves(w.con)["gamma"]
    assert gamma.new_prefixes == ("B", "B2", "B22", "B22F")
    assert (gamma.before.strategy, gamma.after.strategy) == ("assault", "disrupt")
    shown = sentence(gamma)
    assert "new: B (Performing operations, transporting), B2, B22 (Casting, powder metallurgy), B22F" in shown.en
    assert "新增 B（作业、运输）、B2、B22（铸造、粉末冶金）、B22F" in shown.zh


def test_a_neighbours_change_of_the_range_is_not_called_its_own_move():
    w = world()
    for i, code in enumerate(["B22F", "C30B", "D01F"]):
        w.add("beta", "qb", 3 + i, "US", code, published=EARLY + timedelta(days=90))
    place(w.con, 1, OPEN, EARLY, TECHNOLOGIES)
    place(w.con, 2, OPEN, LATE, TECHNOLOGIES)
    found = moves(w.con)
    check_parts(found)
    assert found["alpha"].before.strategy == "position"
    assert found["alpha"].after.strategy == "entrench"
    assert found["alpha"].cause is Cause.NEIGHBOURS
    assert "range of dynamics" in sentence(found["alpha"]).en
    assert "其他技术" in sentence(found["alpha"]).zh


def test_a_revision_of_past_data_is_named_as_such_never_as_progress():
    w = world()
    place(w.con, 1, OPEN, EARLY, TECHNOLOGIES)
    w.add(
        "alpha", "qa", 10, "CN", "A01B", published=date(2014, 1, 1)
    )  # published before, learned of after the first run
    place(w.con, 2, OPEN, LATE, TECHNOLOGIES)
    alpha = moves(w.con)["alpha"]
    assert alpha.moved
    assert alpha.cause is Cause.REVISION
    assert alpha.revision[0] == pytest.approx(alpha.after.capability - alpha.before.capability)
    shown = sentence(alpha)
    assert "revision of past data, not progress" in shown.en
    assert "历史数据修订" in shown.zh
    assert "own move" not in shown.en


def test_a_changed_query_is_named_as_such_never_as_progress():
    w = world()
    w.add("alpha", "qa2", 30, "CN", "A01B")
    w.add("alpha", "qa2", 5, "US", "H01L", filed=date(2005, 1, 1))
    place(w.con, 1, OPEN, EARLY, TECHNOLOGIES)
    place(w.con, 2, OPEN, LATE, [("alpha", "qa2"), *TECHNOLOGIES[1:]])
    alpha = moves(w.con)["alpha"]
    assert alpha.query_changed
    assert alpha.cause is Cause.QUERY
    assert "query changed" in sentence(alpha).en
    assert "检索式已更改" in sentence(alpha).zh


def test_different_settings_are_not_compared_as_progress():
    w = world()
    w.con.execute("insert into runs (run_id, kind, state, settings_hash, started_at) values "
                  "(1, 'place', 'succeeded', 'a', now()), (2, 'place', 'succeeded', 'b', now())")  # fmt: skip
    w.add("alpha", "qa", 10, "CN", "A01B", published=EARLY + timedelta(days=90))
    place(w.con, 1, OPEN, EARLY, TECHNOLOGIES)
    place(w.con, 2, OPEN, LATE, TECHNOLOGIES)
    assert moves(w.con)["alpha"].cause is Cause.SETTINGS


def test_a_technology_that_loses_its_evidence_is_said_to():
    w = world()
    place(w.con, 1, OPEN, EARLY, TECHNOLOGIES)
    w.con.execute("update family_states set claim_count = null where family_key in "
                  "(select family_key from family_memberships where technology_id = 'beta')")  # fmt: skip
    place(w.con, 2, OPEN, LATE, TECHNOLOGIES)
    beta = moves(w.con)["beta"]
    assert beta.cause is Cause.EVIDENCE
    assert beta.parts == ()
    assert "no longer placed: claims" in sentence(beta).en
    assert "现无法定位" in sentence(beta).zh


def test_parts_are_stored_once_for_a_pair_of_runs():
    w = world()
    place(w.con, 1, OPEN, EARLY, TECHNOLOGIES)
    place(w.con, 2, OPEN, LATE, TECHNOLOGIES)
    found = [*moves(w.con).values(), *explain(w.con, 1, 2, OPEN, frame="anchored", recompute=False)]
    for _ in range(2):
        store_attributions(w.con, 1, 2, found)
    rows = w.con.execute(
        "select frame, count(*), max(abs(capability_change)) from run_attributions group by 1 order by 1"
    )
    assert rows.fetchall() == [("anchored", 12, 0.0), ("relative", 12, 0.0)]


def test_a_run_without_places_is_refused_in_one_sentence():
    w = world()
    place(w.con, 1, OPEN, EARLY, TECHNOLOGIES)
    with pytest.raises(NoSuchRunError, match="run 9 stored no place in the relative frame"):
        explain(w.con, 1, 9, OPEN)


def test_names_come_from_the_latest_edition():
    con = empty()
    con.execute("insert into edition_items (edition_id, technology_id, name_zh, name_en, status) values "
                "(1, 'chip', '旧', 'old', 'watched'), (2, 'chip', '芯片', 'Chip', 'watched')")  # fmt: skip
    assert technology_names(con) == {"chip": ("芯片", "Chip")}


def test_explains_on_a_read_only_snapshot(tmp_path):
    w = world()
    place(w.con, 1, OPEN, EARLY, TECHNOLOGIES)
    place(w.con, 2, OPEN, LATE, TECHNOLOGIES)
    file = tmp_path / "snapshot.duckdb"
    w.con.execute(f"attach '{file}' as s; copy from database memory to s; detach s")
    with duckdb.connect(file, read_only=True) as snapshot:
        assert [m.cause for m in explain(snapshot, 1, 2, OPEN)] == [Cause.NONE] * 3


def test_a_place_that_another_quadrant_is_likelier_for_is_called_unsettled():
    placed = Recorded(
        "alpha", date(2021, 1, 1), "q", 90, 0.6, 9.0, 0.6, "disrupt", 0.1, None, {}, frozenset(),
        {"assault": 0.55, "disrupt": 0.4, "entrench": 0.03, "position": 0.02},
    )  # fmt: skip
    settled = replace(placed, odds={"assault": 0.4, "disrupt": 0.6, "entrench": 0.0, "position": 0.0})
    assert (placed.likelier, settled.likelier, replace(placed, odds={}).likelier) == ("assault", None, None)
    shown = sentence(difference(settled, placed, "relative", (None, None)))
    assert "unsettled: assault is more probable (55.0%, disrupt 40.0%)" in shown.en
    assert "定位未定：位于攻坚的概率更高（55.0%，颠覆 40.0%）" in shown.zh
    for after in (settled, replace(settled, capability=0.7)):
        shown = sentence(difference(placed, after, "relative", (None, None)))
        assert "unsettled" not in shown.en
        assert "未定" not in shown.zh
