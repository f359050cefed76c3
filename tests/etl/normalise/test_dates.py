"""Dates: nine forms read, nothing guessed."""

from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.normalise.dates import DateRefusedError, Years, parse_date

DAY = date(2013, 1, 4)
FORMS = [
    "2013-01-04",
    "20130104",
    20130104,
    "2013.01.04",
    "2013/1/4",
    "04.01.2013",
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


def test_two_digits_of_a_year_alone_are_refused():
    with pytest.raises(DateRefusedError, match="century"):
        parse_date("25/04/13")
    with pytest.raises(DateRefusedError, match="agree"):
        parse_date("25/04/13", years=Years.near(1998))


@pytest.mark.parametrize(
    ("text", "stated", "expected"),
    [
        ("31/12/15", 2014, date(2014, 12, 31)),  # the year of the week
        ("29/12/11", 2010, date(2010, 12, 29)),
        ("30/12/82", 1981, date(1981, 12, 30)),
        ("01/02/08", 1908, date(1908, 2, 1)),
        ("14/06/15", 2014, date(2015, 6, 14)),  # no week explains it: the date stays as written
        ("31/12/99", 2000, date(1999, 12, 31)),
        ("02/01/00", 1999, date(2000, 1, 2)),
    ],
)
def test_a_stated_year_settles_the_century(text, stated, expected):
    assert parse_date(text, years=Years.near(stated)) == expected


def test_a_day_that_would_follow_a_later_one_is_read_in_its_own_year_or_refused():
    years = Years(2003, 2006, not_after=date(2005, 5, 9))
    assert parse_date("31/12/05", years=years) == date(2004, 12, 31)
    with pytest.raises(DateRefusedError, match="after 2005-05-09"):
        parse_date("31/10/05", years=years)
    assert parse_date("2005-10-31", years=years) == date(2005, 10, 31)  # a whole year is the source's own word


@given(st.dates(date(1850, 1, 1), date(2030, 12, 31)), st.integers(-30, 1), st.sampled_from(["%d/%m/%y", "%d.%m.%y"]))
def test_two_digits_never_fall_into_another_century(day, before, form):
    years = Years(day.year + min(before, 0) - 1, day.year + 1)
    assert parse_date(day.strftime(form), years=years) == day


@given(st.integers(1000, 9999), st.integers(1, 12), st.integers(1, 28))
def test_a_number_with_a_point_is_the_same_day(year, month, day):
    text = f"{year}{month:02d}{day:02d}"
    try:
        expected = parse_date(text)
    except DateRefusedError:
        with pytest.raises(DateRefusedError):
            parse_date(text + ".0")
    else:
        assert parse_date(text + ".0") == parse_date(text + ".00") == expected


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


ERAS = [
    ("令和", "R", date(2019, 5, 1), 2018),
    ("平成", "H", date(1989, 1, 8), 1988),
    ("昭和", "S", date(1926, 12, 26), 1925),
]


@given(st.dates(date(1950, 1, 1), date(2030, 12, 31)))
def test_a_day_is_the_same_in_every_calendar(day):
    name, letter, _, before = next(era for era in ERAS if day >= era[2])
    year, month, of_month = day.year - before, day.month, day.day
    spelled = [
        f"{name}{year}年{month}月{of_month}日", f"{letter}{year}.{month}.{of_month}",
        f"{letter}{year:02d}/{month:02d}/{of_month:02d}",
        f"民國{day.year - 1911}年{month:02d}月{of_month:02d}日", f"{day.year - 1911:03d}/{month:02d}/{of_month:02d}",
        f"{day.year}년 {month}월 {of_month}일", f"{day.year} 年 {month} 月 {of_month} 日",
    ]  # fmt: skip
    assert {parse_date(text) for text in spelled} == {day}


@pytest.mark.parametrize(
    "text", ["4. März 2012", "4 mars 2012", "Mar 4, 2012", "March 4th, 2012", "04-MAR-2012", "4. Mrz 2012"]
)
def test_months_have_names(text):
    if text == "4. Mrz 2012":
        with pytest.raises(DateRefusedError):
            parse_date(text)
    else:
        assert parse_date(text) == date(2012, 3, 4)


def test_a_named_month_with_two_digits_of_the_year_takes_the_century_of_the_other_dates():
    assert parse_date("04-MAR-12", years=Years(2010, 2015)) == date(2012, 3, 4)
    with pytest.raises(DateRefusedError):
        parse_date("04-MAR-12")
