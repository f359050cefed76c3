"""Dates: nine forms read, nothing guessed."""

from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.normalise.dates import DateRefusedError, parse_date

DAY = date(2013, 1, 4)
FORMS = [
    "2013-01-04",
    "20130104",
    20130104,
    "2013.01.04",
    "2013/1/4",
    "04.01.2013",
    "04/01/13",
    "04/01/2013",
    "2013001004",
    "2013-01-04T23:59:59.000Z",
    "2013-01-04 00:00:00",
    datetime(2013, 1, 4, 8),
    DAY,
    41278,
    41278.0,
    "41278",
    "2013年1月4日",
    20130104.0,
]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_day(form):
    assert parse_date(form) == DAY


@pytest.mark.parametrize("nothing", [0, "0", "", " ", "-", None, 0.0, "00000000", float("nan")])
def test_nothing_stated_is_unknown(nothing):
    assert parse_date(nothing) is None


@pytest.mark.parametrize(
    "bad",
    [
        "2.01301E+07",
        "########",
        "2013-02-30",
        "20131301",
        "yesterday",
        "0002-01-01",
        "9999-12-31",
        True,
        123456789,
        "2013",
    ],
)
def test_what_is_no_date_is_refused_with_a_reason(bad):
    with pytest.raises(DateRefusedError):
        parse_date(bad)


def test_two_digit_year_pivot():
    assert parse_date("25/04/13") == date(2013, 4, 25)
    assert parse_date("25/04/54") == date(1954, 4, 25)
    assert parse_date("25/04/13", latest_year=1999) == date(1913, 4, 25)


def test_month_first_only_where_asked_or_where_nothing_else_is_a_date():
    assert parse_date("04/05/2013") == date(2013, 5, 4)
    assert parse_date("04/05/2013", month_first=True) == date(2013, 4, 5)
    assert parse_date("04/25/2013") == date(2013, 4, 25)


@given(st.dates(date(1800, 1, 1), date(2099, 12, 31)))
def test_round_trip_in_every_four_digit_form(day):
    forms = ["%Y-%m-%d", "%Y%m%d", "%Y.%m.%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%Y0%m0%d", "%Y-%m-%dT10:00:00Z"]
    assert {parse_date(day.strftime(form)) for form in forms} == {day}


@given(st.one_of(st.text(max_size=50), st.integers(), st.floats(), st.booleans()))
def test_anything_yields_a_date_none_or_a_reason(value):
    with suppress(DateRefusedError):
        parse_date(value)
