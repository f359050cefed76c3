"""Numbers of every office come out in one form, whichever source spelled them."""

from contextlib import suppress
from datetime import date
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.normalise.numbers import docdb as docdb_numbers
from etl.normalise.numbers.canonical import (
    LiteratureNumberError,
    NumberRefusedError,
    application_number,
    cn_check_digit,
    parse_application_number,
    parse_publication_number,
    publication_number,
)

PUBLICATIONS = [
    ("US 2011/0185700 A1", "US-2011185700-A1"),
    ("US20110185700A1", "US-2011185700-A1"),
    ("US-2011185700-A1", "US-2011185700-A1"),
    ("US 8001762 B2", "US-8001762-B2"),
    ("US-7650331-B1", "US-7650331-B1"),
    ("US7,650,331", "US-7650331"),
    ("USD801224S1", "US-D801224-S1"),
    ("US2668117", "US-2668117"),
    ("WO 1995/027654 A1", "WO-9527654-A1"),
    ("WO9527654A1", "WO-9527654-A1"),
    ("WO2013121230A1", "WO-2013121230-A1"),
    ("WO 2003/012345 A1", "WO-0312345-A1"),
    ("CN 85102431 A", "CN-85102431-A"),
    ("CN101234567A", "CN-101234567-A"),
    ("CN202644312U", "CN-202644312-U"),
    ("ＣＮ１０１２３４５６７Ａ", "CN-101234567-A"),
    ("EP 0446863 B1", "EP-0446863-B1"),
    ("EP.1000000.A1", "EP-1000000-A1"),
    ("EP446863B1", "EP-0446863-B1"),
    ("EP-4119596-A4", "EP-4119596-A4"),
    ("JP 2020133461 A", "JP-2020133461-A"),
    ("JP S59173524 A", "JP-S59173524-A"),
    ("特開昭59-173524", "JP-S59173524-A"),
    ("特開平6-12345", "JP-H0612345-A"),
    ("特開2020-1234", "JP-2020001234-A"),
    ("特許第6123456号", "JP-6123456-B2"),
    ("JP 1994-012345 A", "JP-H0612345-A"),
    ("KR 101159648 B1", "KR-101159648-B1"),
    ("KR 10-2015-0104710 A", "KR-20150104710-A"),
    ("KR1020150104710A", "KR-20150104710-A"),
    ("KR 20-0449214 Y1", "KR-200449214-Y1"),
    ("DE 10 2004 012 345 A1", "DE-102004012345-A1"),
    ("DE 2429414 A1", "DE-2429414-A1"),
    ("RU 2509909 C1", "RU-2509909-C1"),
    ("RU 2012128949 A", "RU-2012128949-A"),
    ("GE P20002306 B", "GE-P20002306-B"),
    ("AU 2006/292754 A1", "AU-2006292754-A1"),
    ("HU-E042675-T2", "HU-E042675-T2"),
    ("IN 2851DE2013 A", "IN-2013DE02851-A"),
    ("PL2631174T3", "PL-2631174-T3"),
    ("mxPA/a/2005/003863", "MX-PA05003863"),
    ("mxMX/a/2009/009078", "MX-2009009078"),
    ("KR100396150*", "KR-100396150"),
]

APPLICATIONS = [
    ("CN201220249766.X", "CN-201220249766"),
    ("ZL201220249767.4", "CN-201220249767"),
    ("2012202497674", "CN-201220249767"),
    ("CN 85102431 A", "CN-85102431"),
    ("CN 201811448126 A", "CN-201811448126"),
    ("US 65784810 A", "US-65784810"),
    ("US 201213657122 A", "US-201213657122"),
    ("US 83547206 P", "US-83547206P"),
    ("US 201161550506 P", "US-201161550506"),
    ("US 9504489 W", "WO-US1995004489"),
    ("PCT/US95/04489", "WO-US1995004489"),
    ("WO 2016JP67809 A", "WO-JP2016067809"),
    ("US 2009/0048785 W", "WO-US2009048785"),
    ("PCT/US1995/004489", "WO-US1995004489"),
    ("PCT/EP2008/062623", "WO-EP2008062623"),
    ("EP 91103744.6", "EP-91103744"),
    ("EP19910103744", "EP-91103744"),
    ("EP 07873759 A", "EP-07873759"),
    ("JP 4595983 A", "JP-4595983"),
    ("特願昭58-45959", "JP-4595983"),
    ("JP 2019026290 A", "JP-2019026290"),
    ("特願2019-26290", "JP-2019026290"),
    ("実願2019-123", "JP-2019000123U"),
    ("KR 20110075838 A", "KR-20110075838"),
    ("KR 10-2011-0075838", "KR-20110075838"),
    ("KR 20090009145 U", "KR-20090009145U"),
    ("DE 10 2004 012 345.6", "DE-102004012345"),
    ("RU 2012128949/06", "RU-2012128949"),
    ("BR PI0619662-3", "BR-PI0619662"),
    ("GE AP1999003424 A", "GE-AP1999003424"),
    ("AU 1994 067458 A", "AU-6745894"),
]


@pytest.mark.parametrize(("text", "expected"), PUBLICATIONS)
def test_publication_numbers_of_every_office(text, expected):
    assert publication_number(*parse_publication_number(text)) == expected


@pytest.mark.parametrize("expected", [expected for _, expected in PUBLICATIONS])
def test_canonical_publication_number_stays_itself(expected):
    assert publication_number(*parse_publication_number(expected)) == expected


@pytest.mark.parametrize(("text", "expected"), APPLICATIONS)
def test_application_numbers_of_every_office(text, expected):
    assert parse_application_number(text, default_cc="CN") == expected


@pytest.mark.parametrize("text", ["1.23E+11", "2.01221E+11", "CN2.01221E+11", "2E+11", "1,23E+11"])
def test_a_number_a_spreadsheet_destroyed_is_refused_not_guessed(text):
    for parse in (parse_publication_number, lambda t: parse_application_number(t, "CN")):
        with pytest.raises(NumberRefusedError, match=r"scientific|not a"):
            parse(text)


def test_wrong_check_digit_names_the_right_one():
    with pytest.raises(NumberRefusedError, match="computed X"):
        parse_application_number("CN201220249766.1")


@pytest.mark.parametrize(("digits", "check"), [("201220249766", "X"), ("201220249767", "4"), ("85102431", "9")])
def test_chinese_check_digit(digits, check):
    assert cn_check_digit(digits) == check


@pytest.mark.parametrize("text", ["", "-", "CN", "hello world", "A" * 200, "123456"])
def test_text_that_is_no_number_is_refused(text):
    with pytest.raises(NumberRefusedError):
        parse_publication_number(text)


def test_same_digits_of_a_utility_model_and_an_invention_stay_two_applications():
    assert application_number("KR", "20090009145", "U") != application_number("KR", "20090009145", "A")


@given(st.integers(10**11, 10**12 - 1))
def test_every_chinese_number_with_its_own_check_digit_is_accepted(number):
    digits = str(number)
    assert application_number("CN", f"{digits}.{cn_check_digit(digits)}") == f"CN-{digits}"
    assert application_number("CN", digits + cn_check_digit(digits)) == f"CN-{digits}"


@given(st.text(max_size=70))
def test_any_text_yields_a_number_or_a_reason(text):
    for parse in (parse_publication_number, parse_application_number):
        with suppress(NumberRefusedError):
            parse(text)


@pytest.mark.parametrize(
    "text", ["ZL201810012345.7", "ZL 2018 1 0012345.7", "ZL02123456", "CN201810012345.7", "CN02123456.6"]
)
def test_a_chinese_patent_number_is_no_publication_number(text):
    # 专利号 is the application number: taken for a publication it would count one invention twice, under an office ZL
    with pytest.raises(NumberRefusedError, match="专利号"):
        parse_publication_number(text)


FORMS = [
    line.split("\t")
    for line in resources.files("etl.normalise.numbers").joinpath("number_forms.tsv").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


def _as_canonical(what: str, text: str) -> str:
    if what == "publication":
        return publication_number(*parse_publication_number(text))
    return parse_application_number(text, default_cc="KR")


@pytest.mark.parametrize(("what", "text", "expected", "origin"), FORMS)
def test_every_form_of_the_table_gives_its_number(what, text, expected, origin):
    assert _as_canonical(what, text) == expected
    assert _as_canonical(what, expected) == expected, origin


@pytest.mark.parametrize("text", ["XP012345678", "XP-012345678-A", "XP 55021234", "RD 345678 A"])
def test_literature_is_no_patent(text):
    for parse in (parse_publication_number, parse_application_number):
        with pytest.raises(LiteratureNumberError):
            parse(text)
    with pytest.raises(LiteratureNumberError):
        docdb_numbers.publication(text[:2], "012345678", "A")


@pytest.mark.parametrize("text", ["JP 5012345 A", "JP 20011234 A", "JP99123456A", "KR 1020157010000"])
def test_a_number_of_two_readings_is_refused(text):
    with pytest.raises(NumberRefusedError):
        publication_number(*parse_publication_number(text))


YEARS = st.sampled_from([("昭和", "S", 1925, 26, 63), ("平成", "H", 1988, 1, 11), ("昭", "S", 1925, 26, 63)])


@given(YEARS, st.data(), st.integers(10_000, 999_999))
def test_all_forms_of_one_japanese_publication_meet(era, data, serial):
    name, letter, before, low, high = era
    year = data.draw(st.integers(low, high))
    expected = f"JP-{letter}{year:02d}{serial}-A"
    forms = [
        f"特開{name}{year}-{serial}", f"特开{name}{year}-{serial}A", f"特開{name}{year}年第{serial}号公報",
        f"JP {letter}{year:02d}-{serial} A", f"JP{letter}{year:02d}{serial:06d}A", f"JP{year:02d}{serial:06d}A",
        f"JP {before + year}-{serial:06d} A", f"JP {before + year}{serial:06d} A", f"JP-A-{year}-{serial}",
    ]  # fmt: skip
    assert {_as_canonical("publication", form) for form in forms} == {expected}
    assert docdb_numbers.publication("JP", f"{before + year}{serial:06d}", "A") == expected
    assert docdb_numbers.publication("JP", f"{letter}{year:02d}{serial}", "A") == expected


@given(
    st.sampled_from(["US", "EP", "CN", "DE", "FR", "AU", "KR", "CA"]),
    st.integers(1_000_000, 99_999_999),
    st.sampled_from(["A", "B1", "B2", "C"]),
)
def test_a_number_through_a_spreadsheet_gains_no_digit(office, number, kind):
    plain = publication_number(*parse_publication_number(f"{office}{number}", kind))
    for text in (f"{office}{number}.0", f"{office} {number}.0", f"{office}{number}.00"):
        with suppress(NumberRefusedError):  # a Chinese number of eight digits is refused: it reads as an application's
            assert publication_number(*parse_publication_number(text, kind)) == plain


@given(
    st.sampled_from(["EP", "US", "DE", "FR"]), st.integers(1_000_000, 9_999_999),
    st.sampled_from(["A1", "B1", "B9", "T2"]), st.dates(date(1978, 1, 1), date(2030, 1, 1)),
    st.sampled_from([" ", "-", "", " - "]),
)  # fmt: skip
def test_a_day_behind_the_kind_is_left_out(office, number, kind, day, between):
    written = f"{office} {number} {kind}{between}{day:%Y%m%d}"
    assert publication_number(*parse_publication_number(written)) == f"{office}-{number}-{kind}"
    assert publication_number(office, str(number), f"{kind}{between}{day:%Y%m%d}") == f"{office}-{number}-{kind}"


@given(
    st.sampled_from(["US", "EP", "JP", "KR", "CN", "WO", "DE", "RU", "MX", "BR", "GB", "SE", "FR", "AU", "CA", "TW"]),
    st.from_regex(r"[HSA]?[0-9]{3,13}", fullmatch=True),
    st.sampled_from(["A", "A1", "B1", "U", None]),
)
def test_the_short_way_of_exchange_documents_gives_the_same_number(office, number, kind):
    try:
        expected = publication_number(office, number, kind)
    except NumberRefusedError:
        with pytest.raises(NumberRefusedError):
            docdb_numbers.publication(office, number, kind)
    else:
        assert docdb_numbers.publication(office, number, kind) == expected
    try:
        wanted = application_number(office, number, kind)
    except NumberRefusedError:
        wanted = None
    assert docdb_numbers.application(office, number, kind) == wanted


@pytest.mark.parametrize(
    ("epodoc", "expected"),
    [
        ("EP20100167109", "EP-10167109"), ("WO2008US86599", "WO-US2008086599"), ("JP20050505120", "JP-2005505120"),
        ("JP19830045959", "JP-4595983"), ("US20100769123", "US-76912310"), ("US201113167395", "US-201113167395"),
        ("US20020396363P", "US-39636302P"),
        ("AU20240265697", "AU-2024265697"), ("CA20112744162", "CA-2744162"), ("GB19840030284", "GB-8430284"),
    ],
)  # fmt: skip
def test_epodoc_applications_meet_those_of_docdb(epodoc, expected):
    assert docdb_numbers.application_from_epodoc(epodoc) == expected


@pytest.mark.parametrize(
    ("text", "years", "expected"),
    [
        ("JP6018193A", range(1994, 1995), "H0618193"), ("JP6018193A", range(1985, 1986), "S6018193"),
        ("JP6018193A", range(1984, 1989), "S6018193"), ("JP 5012345 A", range(1992, 1997), "H0512345"),
        ("JP4010366A", None, "H0410366"), ("JP2012345A", None, "H0212345"),
        ("JP-2004123456-A", range(1994, 1995), "2004123456"),
    ],
)  # fmt: skip
def test_the_year_of_publication_tells_the_era(text: str, years: range | None, expected: str):
    assert parse_publication_number(text, years=years)[1] == expected


@pytest.mark.parametrize("years", [None, range(2005, 2006), range(1980, 2000)])
def test_a_year_of_neither_or_of_both_eras_tells_nothing(years: range | None):
    with pytest.raises(NumberRefusedError, match="Heisei or of year"):
        parse_publication_number("JP6018193A", years=years)


@pytest.mark.parametrize("text", ["特願2018-123456", "特愿昭58-45959", "平成5年特許願第12345号", "実願2019-123"])
def test_a_japanese_application_is_no_publication(text: str):
    with pytest.raises(NumberRefusedError, match="names a Japanese application"):
        parse_publication_number(text)
    assert parse_application_number(text).startswith("JP-")
