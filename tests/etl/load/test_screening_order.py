"""Publications are screened before families merge: what each publication of a family says, and what that leaves."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from analytics.matrix.place import place
from etl.load.merged.merge import rebuild
from etl.records import Parsed, Record
from tests.etl.load.filed import CASES, load, warehouse
from warehouse.core import connect
from warehouse.migrate import migrate
from warehouse.settings import POLICIES, Place, Policy, Settings

TRANSFER = (date(2015, 1, 1), "TR01", "assignment", "TRANSFER OF PATENT RIGHT")
DAY = date(2020, 1, 1)


def member(number: str, row: int, published: int = 2010, **more: Any) -> Record:
    country, digits, kind = number.split("-")
    stated = {"publication_type": "grant" if kind.startswith("B") else "application", "source_family_id": "docdb:1"}
    return Record(number, country, digits, kind, publication_date=date(published, 1, 1), row_no=row, **stated | more)


def merged(tmp_path: Path, *records: Record):
    con = connect(tmp_path / "core.duckdb")
    migrate(con)
    load(con, "made", Parsed(list(records)), 1, DAY)
    rebuild(con, {})
    return con


def states(con, day: date) -> list[tuple[bool | None, bool | None]]:
    rows = con.execute(
        "SELECT s.in_force, s.has_legal_event FROM (SELECT unnest(publication_states) AS s FROM family_states"
        " WHERE valid_from <= $day AND valid_to > $day) ORDER BY s.published, s.in_force, s.has_legal_event",
        {"day": day},
    ).fetchall()
    return [(row[0], row[1]) for row in rows]


def left(con, day: date, **policy: Any) -> int:
    own = Policy(in_force=True, no_legal_event=True, **policy)
    settings = Settings(place=Place(screening="own"), screening={"own": own})
    con.execute("INSERT INTO family_memberships SELECT 'chip', 'q', family_key, first_publication_date FROM families")
    (found,) = place(con, 1, settings, day, [("chip", "q")], origin="adhoc").measurement.technologies
    return found.families


def test_an_event_on_the_grant_is_one_on_its_application_and_on_no_other_right(tmp_path: Path):
    con = merged(
        tmp_path,
        member("CN-101000001-A", 1, application_number="CN-200910000001", legal_status="active", legal_events=[]),
        member("CN-101000001-B", 2, 2012, application_number="CN-200910000001", legal_events=[TRANSFER]),
        member("US-8000001-B2", 3, 2013, application_number="US-12000001", legal_status="active", legal_events=[]),
    )  # fmt: skip
    assert states(con, date(2014, 6, 1)) == [(True, False)], "what says the same is kept once"
    assert states(con, date(2015, 6, 1)) == [(True, True), (True, False)]
    assert left(con, date(2015, 6, 1), order="publications") == 1
    assert left(con, date(2015, 6, 1), order="families") == 0


def test_a_family_goes_where_each_right_fails_a_step_of_its_own(tmp_path: Path):
    con = merged(
        tmp_path,
        member("CN-101000001-B", 1, application_number="CN-1", legal_status="active", legal_events=[TRANSFER]),
        member("US-8000001-B2", 2, application_number="US-1", legal_status="inactive", legal_events=[]),
    )
    assert left(con, date(2015, 6, 1), order="publications") == 0
    assert left(con, date(2014, 6, 1), order="publications") == 1


def test_unknown_of_one_right_leaves_the_family_undecided(tmp_path: Path):
    con = merged(
        tmp_path,
        member("CN-101000001-B", 1, application_number="CN-1"),
        member("US-8000001-B2", 2, application_number="US-1", legal_status="inactive", legal_events=[]),
    )
    assert states(con, DAY) == [(False, False), (None, None)]
    assert left(con, DAY, order="publications") == 1
    con.execute("DELETE FROM family_memberships")
    assert left(con, DAY, order="publications", unknown_passes=False) == 0


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases (../shared/cases) are not here")
@pytest.mark.parametrize(("policy", "order", "families"), [
    ("paper", "publications", 1), ("paper", "families", 0), ("monitor", "publications", 1), ("monitor", "families", 0),
])  # fmt: skip
def test_a_transfer_of_the_member_abroad_leaves_the_grant_at_home(tmp_path: Path, policy, order, families):
    file = CASES / "screening-order" / "case_H_family_level_event.xlsx"
    con = warehouse(tmp_path, file, exported_on=date(2021, 5, 1))
    con.execute("INSERT INTO family_memberships SELECT 'chip', 'q', family_key, first_publication_date FROM families")
    chosen = POLICIES[policy].model_copy(update={"order": order})
    settings = Settings(place=Place(screening="own"), screening={"own": chosen})
    found = place(con, 1, settings, date(2021, 5, 31), [("chip", "q")], origin="adhoc").measurement
    assert [t.families for t in found.technologies] == [families]
