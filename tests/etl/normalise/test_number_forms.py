"""The same number in all the forms of its office: years, zeros, rights, days and marks behind it."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import assume, given
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
     "US20142095786A1", "EP1234567 20020828", "출원 10-2015-0104710", "EP02001234.5", "EP02001234.0",
     "EP 91103744.6", "DE 10 2005 012 345.6", "GB0212345.6"],
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


_OFFICES = {
    "CHENP": "CN",
    "DELNP": "DN",
    "MUMNP": "MN",
    "KOLNP": "KN",
    "CHE": "CH",
    "DEL": "DE",
    "MUM": "MU",
    "KOL": "KO",
}


@given(st.integers(1996, 2016), st.integers(1, 99_999), st.sampled_from(sorted(_OFFICES)))
def test_all_forms_of_one_indian_application_meet(year, serial, office):
    short = _OFFICES[office]
    assume(serial < 1950 or serial > 2019 or serial == year)  # refused where it may be the year: see below
    forms = [f"IN {serial}/{office}/{year}", f"IN{serial:05d}{office}{year}", f"IN {year}{short}{serial:05d}",
             f"IN{serial}{short}{year}", f"{serial}/{office}/{year}"]  # fmt: skip
    assert {parse_application_number(form, "IN") for form in forms} == {f"IN-{year}{short}{serial:05d}"}
    published = {as_canonical("publication", form + " A") for form in forms[:4]}
    assert published == {f"IN-{year}{short}{serial:05d}-A"}  # as Google and DOCDB write them: IN-2014DN09120-A


def test_an_indian_number_with_two_years_is_refused():
    with pytest.raises(NumberRefusedError, match="2015 or 2012"):
        parse_application_number("IN 2012CH2015")
    assert rewritten.indian_of_year("1995DE1979", 1995) == rewritten.indian_of_year("1979DE1995", 1995) == "1995DE01979"
    assert rewritten.indian_of_year("1995DE1979", 2001) == "1995DE1979"
    assert parse_application_number("IN 2012/CHE/2015") == "IN-2015CH02012"
    assert parse_application_number("IN 2015CH2076") == "IN-2015CH02076"
    assert parse_application_number("IN 2012CH02015") == "IN-2012CH02015"


@given(st.integers(0, 9_999_999), st.integers(0, 9), st.sampled_from(["PI", "MU", "C1"]))
def test_brazilian_numbers_lose_their_check_digit(serial, check, letters):
    own = f"{letters}{serial:07d}"
    forms = [f"BR {own} A2", f"BR{own}-{check} A2", f"BR{own}{check}A2"] + [f"{own}-{check} A2"] * (letters != "C1")
    assert {as_canonical("publication", form) for form in forms} == {f"BR-{own}-A2"}
    assert parse_application_number(f"BR {own}-{check}") == f"BR-{own}"


@pytest.mark.parametrize(
    ("written", "canonical"),
    [("BR199814370A", "BR-9814370-A"), ("BR200308246A", "BR-0308246-A"), ("BR200603782A", "BR-PI0603782-A"),
     ("ES198607694A", "ES-8607694-A"), ("DK197803405A", "DK-340578-A"), ("DK201270484A", "DK-201270484-A"),
     ("CZ200204241A3", "CZ-20024241-A3"), ("HU200102024A2", "HU-P0102024-A2"), ("HU230613B1", "HU-230613-B1"),
     ("IN1734KOLNP2011A1", "IN-2011KN01734-A1"), ("AP/P/2012/006391 A", "AP-2012006391-A")],
)  # fmt: skip
def test_years_of_derwent_in_the_form_of_the_office(written, canonical):
    assert as_canonical("publication", written) == canonical
    assert as_canonical("publication", canonical) == canonical


@pytest.mark.parametrize("text", ["PCT/US2010/123456", "AA 1234567 A1", "ZZ-100", "QQ2010123456A"])
def test_what_is_of_no_office_is_no_publication(text):
    with pytest.raises(NumberRefusedError, match=r"PCT application|no office"):
        parse_publication_number(text)


@given(st.integers(1995, 2022), st.integers(1, 199_999), st.sampled_from(["KR", "JP", "EP"]))
def test_priorities_with_the_year_in_front(year, serial, office):
    padded = serial if office != "EP" else serial % 99_999 + 1
    width = 7 if office == "KR" else 6
    written = parse_application_number(f"{year}{office}-{padded:0{width}d}")
    assert written == parse_application_number(f"{office}{year}{padded:0{width}d}")
