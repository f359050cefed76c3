"""Legal events by office and wording, and what dated ones say of the days before and after them."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from etl.load.merged.merge import rebuild
from etl.normalise.legal_events import category
from etl.records import Parsed, Record
from tests.etl.load.filed import CASES, DATA, load, warehouse
from warehouse.core import connect
from warehouse.migrate import migrate

given_cases = pytest.mark.skipif(not CASES.is_dir(), reason="../shared/cases is not here: the given files")
RULES = tomllib.loads(resources.files("etl.normalise").joinpath("legal_events.toml").read_text("utf-8"))["rule"]
EXAMPLES = [(example, rule["category"]) for rule in RULES for example in rule["examples"]]


@pytest.mark.parametrize(("example", "expected"), EXAMPLES)
def test_every_example_of_the_table_has_its_category(example: str, expected: str):
    head, _, wording = example.partition(": ")
    office, _, code = head.partition(" ")
    assert category(code, wording, office) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ASSIGNMENT OF ASSIGNORS INTEREST;ASSIGNORS:HERRALA, SAMI;KYLMANEN, JARI;REEL/FRAME:027221/0655", True),
        ("ASSIGNMENT OF ASSIGNORS INTEREST;ASSIGNOR:O'NEIL, MARY-ANN J.;SIGNING DATES FROM 20100101 TO 20100301", True),
        ("ASSIGNMENT OF ASSIGNORS INTEREST;ASSIGNOR:MÜLLER, JÜRGEN;REEL/FRAME:027221/0655", True),
        ("ASSIGNMENT OF ASSIGNORS INTEREST;ASSIGNORS:HERRALA, SAMI;EXAMPLE LLC;REEL/FRAME:027221/0655", False),
        ("ASSIGNMENT OF ASSIGNORS INTEREST;ASSIGNOR:EXAMPLE WORKS, INC.;REEL/FRAME:027221/0655", False),
        ("ASSIGNMENT OF ASSIGNORS INTEREST (SEE DOCUMENT FOR DETAILS)", False),
        ("", False),
    ],
)
def test_a_recordal_by_inventors_is_told_from_one_by_a_company(text: str, expected: bool):
    assert category("AS", "ASSIGNMENT", "US", text) == ("inventor_assignment" if expected else "assignment")
    assert category("TR01", "TRANSFER OF PATENT RIGHT", "CN", text) == "assignment"


@pytest.mark.parametrize(
    ("office", "code", "expected"), [("AR", "FC", "lapse"), ("AR", "FG", "grant"), ("AR", "??", "other")]
)
def test_the_class_of_a_code_tells_where_no_wording_does(office: str, code: str, expected: str):
    assert category(code, "", office) == expected


def _in_force(con, day: date) -> bool | None:
    row = con.execute(
        "SELECT bool_or(in_force) FROM family_states WHERE valid_from <= $d AND valid_to > $d", {"d": day}
    ).fetchone()
    return row[0] if row else None


@given_cases
def test_a_patent_is_in_force_until_the_day_it_lapsed(tmp_path: Path):
    con = warehouse(tmp_path, CASES / "patsnap-dated-lapses" / "case_D_patsnap_lapse_dates.xlsx")
    assert [_in_force(con, date(year, 5, 31)) for year in (2017, 2021, 2024)] == [True, True, False]


@given_cases
def test_re_examination_before_grant_is_no_legal_event(tmp_path: Path):
    con = warehouse(tmp_path, CASES / "reexamination-is-not-invalidation" / "case_E_patsnap_reexamination.xlsx")
    assert con.execute("SELECT count(*) FROM legal_events WHERE category = 'invalidation'").fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("status", "events", "expected"),
    [
        ("inactive", [("lapse", 2012)], [True, False, False, False]),
        ("active", [("lapse", 2012), ("restoration", 2014)], [True, False, True, True]),
        ("inactive", [("lapse", 2012), ("restoration", 2014), ("lapse", 2016)], [True, False, True, False]),
        ("inactive", [], [False, False, False, False]),
        ("active", [("lapse", 2012)], [True, True, True, True]),
        (None, [("lapse", 2012)], [True, False, False, False]),
        ("inactive", [("partial_lapse", 2012), ("partial_lapse", 2014)], [True, True, False, False]),
        ("inactive", [("partial_lapse", 2012), ("lapse", 2016)], [True, True, True, False]),
        ("active", [("partial_lapse", 2012)], [True, True, True, True]),
        (None, [("partial_lapse", 2012)], [None, None, None, None]),
        (None, [], [None, None, None, None]),
    ],
)
def test_lapses_and_restorations_hold_at_every_date(tmp_path: Path, status, events, expected):
    con = connect(tmp_path / "core.duckdb")
    migrate(con)
    dated = [(date(year, 1, 1), None, kind, kind) for kind, year in events]
    record = Record("CN-101000001-B", "CN", "101000001", "B", "grant", date(2010, 1, 1), legal_status=status,
                    legal_events=dated, row_no=1)  # fmt: skip
    load(con, "made", Parsed([record]), 1, date(2020, 1, 1))
    rebuild(con, {})
    assert [_in_force(con, date(year, 6, 1)) for year in (2011, 2013, 2015, 2017)] == expected


def _publication(number, kind, year, status=None, application="CN-1", events=None):
    types = {"A": "application", "B": "grant", "U": "utility_model"}
    office = number.split("-")[0]
    return Record(
        f"{number}-{kind}", office, number.split("-")[1], kind, types[kind], date(year, 1, 1), legal_status=status,
        application_number=application, source_family_id="docdb:1", legal_events=events or [], row_no=1,
    )  # fmt: skip


LAPSED = [(date(2014, 1, 1), None, "lapse", "lapse")]
GRANTED = [(date(2012, 1, 1), None, "grant", "grant")]


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([("CN-1", "A", 2010, "active"), ("CN-2", "B", 2012, "active")], [False, True, True]),
        ([("CN-1", "A", 2010, None), ("CN-2", "B", 2012, "inactive", "CN-1", LAPSED)], [False, True, False]),
        ([("CN-1", "A", 2010, "pending")], [False, False, False]),
        ([("CN-1", "A", 2010, "inactive")], [False, False, False]),
        ([("CN-1", "A", 2010, "active")], [None, None, None]),  # granted some day, and nobody says when
        ([("CN-1", "A", 2010, None)], [None, None, None]),
        ([("CN-1", "A", 2010, "active", "CN-1", GRANTED)], [False, True, True]),
        ([("CN-1", "A", 2010, None), ("CN-2", "B", 2012, None)], [False, None, None]),
        ([("CN-1", "U", 2010, "active")], [False, False, False]),
        ([("WO-1", "A", 2010, None, "WO-CN1"), ("CN-1", "A", 2010, "pending")], [False, False, False]),
        ([("US-1", "A", 2010, None, "US-1"), ("CN-2", "B", 2010, "active")], [True, True, True]),
    ],
)
def test_a_granted_patent_in_force_is_known_not_to_be_one_or_unknown(tmp_path: Path, members, expected):
    con = connect(tmp_path / "core.duckdb")
    migrate(con)
    load(con, "made", Parsed([_publication(*member) for member in members]), 1, date(2020, 1, 1))
    rebuild(con, {})
    assert con.execute("SELECT count(*) FROM families").fetchall() == [(1,)]
    found = [
        con.execute(
            "SELECT grant_in_force FROM family_states WHERE valid_from <= $d AND valid_to > $d",
            {"d": date(year, 6, 1)},
        ).fetchall()
        for year in (2011, 2013, 2015)
    ]
    assert [state for [(state,)] in found] == expected


@pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not here: the real files")
def test_the_real_file_at_two_dates(tmp_path: Path):
    """A right that lapsed state by state is in force until the last; one that is restored later is not meanwhile."""
    con = warehouse(tmp_path, next((DATA / "patsnap_zh").glob("*1999rows.xlsx")))
    found = [
        con.execute(
            "SELECT count(*) FROM family_states WHERE valid_from <= $d AND valid_to > $d AND has_patent"
            " AND in_force IS DISTINCT FROM false",
            {"d": day},
        ).fetchall()[0][0]
        for day in (date(2021, 5, 31), date(2019, 1, 1), date(2019, 1, 21))
    ]
    assert found[0] == 636
    restored = con.execute(
        "SELECT s.in_force FROM family_states AS s JOIN publications AS p USING (family_key)"
        " WHERE p.publication_number = 'RU-2622321-C1' AND s.valid_from <= $d AND s.valid_to > $d",
        {"d": date(2019, 1, 1)},
    ).fetchall()
    assert (found[1], restored) == (376, [(False,)])
    assert found[2] - found[1] >= 1
