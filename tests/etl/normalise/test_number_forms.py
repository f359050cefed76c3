"""The same number in all the forms of its office: years, zeros, rights, days and marks behind it."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.normalise.numbers import docdb as docdb_numbers
from etl.normalise.numbers import rewritten
from etl.normalise.numbers.canonical import (
    NumberRefusedError,
    application_number,
    parse_application_number,
    parse_publication_number,
    publication_number,
)
from etl.normalise.numbers.rules import (
    APPLICATION_RULES,
    CANONICAL_APPLICATION,
    CANONICAL_PUBLICATION,
    PUBLICATION_RULES,
)


def as_canonical(what: str, text: str) -> str:
    """The canonical number of `text`, a "publication" or an "application"."""
    if what == "publication":
        return publication_number(*parse_publication_number(text))
    return parse_application_number(text, default_cc="KR")


@given(st.integers(1985, 2001), st.integers(1, 99_999))
def test_all_forms_of_one_australian_publication_meet(year, serial):
    forms = [f"AU {year}/{serial:06d} A", f"AU{year}{serial:05d}A", f"AU {serial:05d}/{year % 100:02d} A"]
    if serial >= 10_000:
        assert {as_canonical("publication", form) for form in forms} == {f"AU-{serial}{year % 100:02d}-A"}
        assert as_canonical("application", f"AU{year}00{serial:05d}") == f"AU-{serial}{year % 100:02d}"


@given(st.integers(1980, 2020), st.integers(1, 6_999_999))
def test_all_forms_of_one_korean_publication_meet(year, serial):
    forms = [f"KR 10-{year}-{serial:07d} A", f"KR10{year}{serial:07d}A", f"공개특허 10-{year}-{serial:07d}"]
    if serial < 1_000_000:
        forms.append(f"KR{year}{serial:06d}A")
    short = f"{year % 100:02d}" if year < 1998 else str(year)
    assert {as_canonical("publication", form) for form in forms} == {f"KR-{short}{serial:07d}-A"}
    assert as_canonical("application", f"KR 10-{year}-{serial:07d}") == f"KR-{year}{serial:07d}"


@given(st.integers(200_000, 2_999_999))
def test_all_forms_of_one_korean_registration_meet(serial):
    forms = [f"KR 10-{serial:07d} B1", f"KR10{serial:07d}0000B1", f"KR{serial}B1", f"등록특허 제10-{serial:07d}호"]
    assert {as_canonical("publication", form) for form in forms} == {f"KR-10{serial:07d}-B1"}


@given(st.integers(1_000_000, 3_999_999), st.dates(), st.sampled_from(["%Y%m%d", "%Y-%m-%d", "%d.%m.%Y", "(%Y%m%d)"]))
def test_a_day_behind_the_kind_is_no_part_of_the_number(number, day, form):
    if day.year >= 1800 and day.year < 2100:
        for between in (" ", "-", "_", ""):
            text = f"EP{number}B9{between}{day.strftime(form)}"
            assert as_canonical("publication", text) == f"EP-{number}-B9"


@pytest.mark.parametrize(
    "text",
    ["US 2015048412 W", "CNWO2014169756A1", "USPP201562215689P", "US201314399606A", "CN2007800062097A",
     "US20142095786A1", "EP1234567 20020828", "출원 10-2015-0104710"],
)  # fmt: skip
def test_a_number_too_long_or_of_another_office_is_refused(text):
    with pytest.raises(NumberRefusedError):
        parse_publication_number(text)


OFFICES = "AT AU BE BR CA CH CN CZ DD DE DK EA ES FI FR GB GR HU IL IN IT JP KR MX NL NO NZ PL RU SE SG SU TW US ZA"


@given(st.sampled_from(OFFICES.split()), st.integers(100_000, 9_999_999), st.sampled_from(["A", "B1", "U", "Y", ""]))
def test_a_canonical_number_is_its_own_form(office, number, kind):
    with suppress(NumberRefusedError):
        once = publication_number(office, str(number), kind)
        assert publication_number(*parse_publication_number(once)) == once
        assert docdb_numbers.publication(office, once.split("-")[1], kind) == once
    with suppress(NumberRefusedError):
        filed = application_number(office, str(number))
        assert parse_application_number(filed) == filed
        assert docdb_numbers.application(office, filed.split("-")[1], None) == filed


SHAPES = [
    *((cc, shape, PUBLICATION_RULES, rewritten.PUBLICATIONS) for cc, shape in CANONICAL_PUBLICATION.items()),
    *((cc, shape, APPLICATION_RULES, rewritten.APPLICATIONS) for cc, shape in CANONICAL_APPLICATION.items()),
]


@given(st.sampled_from(SHAPES), st.data())
def test_a_number_of_the_canonical_shape_is_what_its_rule_would_return(entry, data):
    """The shapes let most numbers pass unread, so each must be a fixed point of the rule it spares."""
    office, shape, rules, forms = entry
    number = data.draw(st.from_regex(re.compile(shape.pattern, re.ASCII), fullmatch=True))
    assert rewritten.rewritten(forms, office, rules.get(office, rules["*"])(number, "")) == number
