"""Which reclassified subclasses are mapped depends on the earlier window's first day."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.measure.measure import measure, measure_series
from etl.normalise.ipc import moves
from etl.normalise.ipc_inventory import subclasses
from tests.analytics import plain_methods as plain
from tests.analytics.made_warehouse import FAR, empty, fill
from tests.e2e.house import stuckneck
from warehouse.core import connect
from warehouse.sections.measuring import Place, Policy
from warehouse.settings import Settings

LENS = Path(__file__).parents[3] / ".." / "shared" / "data" / "lens_csv" / "lens2021_bird_engine.csv"
OLD = ["A01B", "B22D", "G06F", "H01L"]
NEW = ["A61Q", "G06Q", "H10D", "H10K"]
days = st.dates(date(1995, 1, 1), date(2024, 12, 31))
family = st.tuples(days, st.sampled_from(OLD + NEW))
OPEN = {"all": Policy(applications_and_grants=False)}


def warehouse(families, moved):
    con = empty()
    known = [{"family_key": i, "family_id": f"f{i}", "is_harvested": True, "basis": "single", "members": 1,
              "first_publication_date": filed, "cited_by_known": False, "is_synthetic": True}
             for i, (filed, _) in enumerate(families)]  # fmt: skip
    states = [{"family_key": i, "filing_date": filed, "valid_from": filed, "valid_to": FAR, "has_patent": True,
               "main_subclass": moved[code][0] if code in moved else code, "stated_subclass": code}
              for i, (filed, code) in enumerate(families)]  # fmt: skip
    fill(con, "families", known)
    fill(con, "family_states", states)
    fill(con, "family_memberships", [
        {"technology_id": "t", "query_hash": "q", "family_key": i, "member_from": filed}
        for i, (filed, _) in enumerate(families)
    ])  # fmt: skip
    fill(con, "ipc_subclasses", [
        {"subclass": new, "began": began, "mapped_subclass": old} for new, (old, began) in moved.items()
    ])  # fmt: skip
    return con


def first_day(place, day):
    if place.windows == "fixed":
        return date(place.earlier[0], 1, 1)
    return date.fromordinal(plain.years_ago(day, 20).toordinal() + 1)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    st.lists(family, min_size=1, max_size=25),
    st.dictionaries(st.sampled_from(NEW), st.tuples(st.sampled_from(OLD), days), max_size=4),
    st.lists(days, min_size=1, max_size=3, unique=True),
    st.sampled_from(["fixed", "rolling"]),
    st.integers(1, 4),
)
def test_the_shift_equals_mapping_each_family_by_hand(families, moved, as_ofs, windows, top):
    place = Place(windows=windows, top=top, screening="all", bootstrap_draws=0)
    chosen, as_ofs = Settings(place=place, screening=OPEN), sorted(as_ofs)
    con = warehouse(families, moved)
    series = measure_series(con, chosen, as_ofs, [("t", "q")])
    for day, (item,) in zip(as_ofs, series.items, strict=True):
        counts, counted = Counter(), {}
        for key, (filed, code) in enumerate(families):
            old, began = moved.get(code, (code, None))
            counted[key] = code if began is None or began <= first_day(place, day) else old
            w = plain.window({"filing_date": filed}, place, day)
            if w:
                counts[counted[key], code, w] += 1
        pairs = {(m, s): (counts[m, s, 1], counts[m, s, 2]) for m, s, _ in counts}
        raw, before, now, _, prefixes = plain.shift(pairs, top)
        assert (item.shift.raw, item.shift.earlier_families, item.shift.later_families) == (raw, before, now)
        assert series.prefixes.filter(as_of=day).drop("technology_id", "as_of").rows() == prefixes
        rows = measure(con, chosen, day, [("t", "q")]).families.select("family_key", "main_subclass").rows()
        assert sorted(rows) == [(key, counted[key]) for key, (filed, _) in enumerate(families) if filed <= day]


def test_a_move_on_the_first_day_stays_and_one_the_day_after_is_mapped():
    families = [(date(2005, 5, 1), "H01L"), (date(2015, 5, 1), "G06Q")]
    place = Place(windows="fixed", earlier=(2001, 2010), later=(2011, 2021), screening="all")
    for began, expected in ((date(2001, 1, 1), "G06Q"), (date(2001, 1, 2), "G06F")):
        con = warehouse(families, {"G06Q": ("G06F", began)})
        found = measure(con, Settings(place=place, screening=OPEN), date(2021, 5, 31), [("t", "q")])
        assert found.families["main_subclass"].to_list() == ["H01L", expected]


def test_a_code_made_after_the_earlier_window_counts_and_says_so():
    families = [(date(2005, 5, 1), "H01L"), (date(2018, 5, 1), "B33Y"), (date(2018, 6, 1), "A01B")]
    place = Place(windows="fixed", earlier=(2001, 2010), later=(2011, 2021), screening="all")
    for began, said in ((date(2015, 1, 1), "made by an edition: B33Y 2015.01"), (date(2010, 1, 1), None)):
        con = warehouse(families, {})
        con.execute("DELETE FROM ipc_subclasses")
        con.execute(
            "INSERT INTO ipc_subclasses VALUES ('B33Y', ?, NULL, 'B33Y'), ('A01B', '1968-09-01', NULL, 'A01B')", [began]
        )
        found = measure(con, Settings(place=place, screening=OPEN), date(2021, 5, 31), [("t", "q")])
        new = {row["prefix"]: row for row in found.prefixes.iter_rows(named=True)}
        assert found.technologies[0].shift.raw == 20  # both count, at every level
        assert all(row["is_counted"] for row in new.values())
        assert {row["reason"] for prefix, row in new.items() if prefix.startswith("B")} == {said}
        assert {row["reason"] for prefix, row in new.items() if prefix.startswith("A")} == {None}


def test_every_packaged_move_is_dated_by_the_edition_that_made_the_code():
    assert all(subclasses()[new].began.year >= 2006 and subclasses()[new].ended is None for new in moves())


@pytest.mark.skipif(not LENS.is_file(), reason="the real Lens export (../shared/data/lens_csv) is not here")
def test_the_real_file_has_no_shift_made_by_merging(tmp_path):
    folder = tmp_path / "watch"
    import_, place_ = ("import", str(LENS), "--technology", "aero-engine"), ("place", "--screening", "open")
    for command in (("init", str(folder)), (*import_, "-w", str(folder)), (*place_, "-w", str(folder))):
        assert stuckneck(*command).returncode == 0
    con = connect(next(folder.rglob("core.duckdb")))
    chosen = Settings(place=Place(windows="rolling", screening="open"))
    wanted = con.execute("SELECT DISTINCT technology_id, query_hash FROM family_memberships").fetchall()
    day = date(2026, 11, 28)
    assert [t.shift.raw for t in measure(con, chosen, day, wanted).technologies] == [10]
    con.execute("UPDATE ipc_subclasses SET began = DATE '2020-01-01' WHERE mapped_subclass <> subclass")
    merged = measure(con, chosen, day, wanted)
    assert [t.shift.raw for t in merged.technologies] == [20]
    marked = merged.prefixes.filter(reason="rests on merged codes: G06Q→G06F", is_counted=True)
    assert marked["prefix"].to_list() == ["G", "G0", "G06", "G06F"]
