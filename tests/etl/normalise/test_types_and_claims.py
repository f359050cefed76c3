"""What a publication is by office, kind and date; how many claims a text holds when numbers cannot be read."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.normalise.claims import claim_count
from etl.normalise.publication_type import GRANTED_AS_A, publication_type, stated_type

KINDS = [
    ("US", "A", "4632836", date(1986, 12, 30), "grant"),
    ("US", "A", "4632836", None, "grant"),
    ("US", "A1", "2011185700", date(2011, 7, 28), "application"),
    ("US", "A", "2011185700", None, "application"),
    ("US", "B1", "6167569", date(2001, 1, 2), "grant"),
    ("CN", "A", "101234567", date(2008, 8, 6), "application"),
    ("CN", "B", "101234567", date(2010, 8, 6), "grant"),
    ("CN", "C", "1012345", date(1991, 1, 2), "grant"),
    ("CN", "U", "202644312", None, "utility_model"),
    ("JP", "A", "H06279146", date(1994, 10, 4), "application"),
    ("JP", "B2", "6123456", None, "grant"),
    ("JP", "Y2", "S6312345", None, "utility_model"),
    ("KR", "B1", "102041984", None, "grant"),
    ("EP", "A3", "1000000", None, "application"),
    ("SU", "A1", "1234567", date(1985, 1, 1), "grant"),
    ("TW", "A", "345678", date(1998, 1, 1), "grant"),
    ("TW", "A", "200928818", date(2009, 7, 1), "application"),
    ("GB", "A", "1234567", date(1971, 6, 16), "grant"),
    ("GB", "A", "2172128", date(1986, 9, 10), "application"),
    ("CA", "A", "1234567", date(1988, 3, 29), "grant"),
    ("CA", "A1", "2744162", date(2010, 5, 27), "application"),
    ("DE", "A1", "102004012345", None, "application"),
    ("DE", "U1", "202004012345", None, "utility_model"),
    ("WO", "A1", "2013121230", None, "application"),
    ("US", "S1", "D801224", None, "design"),
]


@pytest.mark.parametrize(("office", "kind", "number", "published", "expected"), KINDS)
def test_kind_office_and_date_decide(office, kind, number, published, expected):
    assert publication_type(office, kind, number, published) == expected


@given(
    st.sampled_from(["CN", "JP", "KR", "EP", "WO", "DE", "FR", "AU", "RU", "IN", "BR"]),
    st.sampled_from(["A", "A1", "A2", "A3", "A8", "A9"]),
    st.sampled_from(["grant", "utility_model", None]),
    st.none() | st.dates(date(1950, 1, 1), date(2024, 1, 1)),
)
def test_an_a_publication_is_no_grant_whatever_a_word_says(office, kind, word, published):
    assert office not in GRANTED_AS_A
    assert stated_type(word, publication_type(office, kind, "1234567", published)) == "application"


def test_a_word_decides_where_the_kind_does_not():
    assert stated_type("grant", None) == "grant"
    assert stated_type(None, "other") == "other"
    assert stated_type("design", "other") == "design"


def _claims(numbered: int, behind: int) -> list[str]:
    first = ["1. A device comprising a wafer stage."]
    others = [f"{n}. The device of claim {n - 1}, wherein the stage moves." for n in range(2, numbered + 1)]
    return [*first, *others, *["The device according to claim 1, wherein the lens is cooled."] * behind]


@given(st.integers(2, 60), st.integers(0, 5))
def test_claims_behind_the_last_legible_number_count(numbered: int, behind: int):
    texts = _claims(numbered, behind)
    assert claim_count(texts) == claim_count(["\n".join(texts)]) == numbered + behind


@pytest.mark.parametrize("mark", ["4B. ", "lO. ", "• ", ") ", ""])
def test_an_illegible_number_is_a_claim(mark: str):
    texts = [*_claims(9, 0), f"{mark}The device according to claim 9, wherein the lens is cooled."]
    assert claim_count(texts) in {10, 11}


def test_lines_of_a_claim_are_no_claims():
    first = "1. A device comprising\na stage;\nwherein the stage\nmoves."
    text = f"{first}\n2. The device of claim 1 comprising\na lens and\nthe mount of it."
    assert claim_count([text]) == 2


def test_chinese_claims_behind_the_last_number():
    texts = [
        "1. 一种装置，其特征在于，包括透镜。",
        "2. 根据权利要求1所述的装置。",
        "根据权利要求2所述的装置，其特征在于，透镜被冷却。",
    ]
    assert claim_count(texts) == claim_count(["\n".join(texts)]) == 3
