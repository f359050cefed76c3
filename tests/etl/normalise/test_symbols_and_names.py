"""IPC symbols, applicant names, countries, provinces, publication types and claim counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.normalise.claims import claim_count
from etl.normalise.ipc import IpcRefusedError, ipc_symbol, ipc_symbols, mapped_subclass, moves, subclass
from etl.normalise.names import fold_name
from etl.normalise.places.countries import country_code, country_names, residence_code
from etl.normalise.places.provinces import province, provinces
from etl.normalise.publication_type import publication_type


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("H04W  84/    20            A I", "H04W84/20"),
        ("H01L21/02", "H01L21/02"),
        ("H01L 21/02", "H01L21/02"),
        ("A61K-0039/00", "A61K39/00"),
        ("C07D41700", "C07D417/00"),
        ("H01L002102", "H01L21/02"),
        ("C12N0015113", "C12N15/113"),
        ("H01L21-02", "H01L21/02"),
        ("H01L 21/02A", "H01L21/02"),
        ("IPC8: H01L 21/02", "H01L21/02"),
        ("Int. Cl. H01L 21/02", "H01L21/02"),
        ("Ｈ０１Ｌ２１／０２", "H01L21/02"),
        ("E01B3/32(2006.01)I", "E01B3/32"),
        ("H04W  84/20        20060101A I20051008RMEP", "H04W84/20"),
        ("H01L0021020000", "H01L21/02"),
        ("H01L0021302000", "H01L21/302"),
        ("h01l 21/768", "H01L21/768"),
        ("C12N9/22", "C12N9/22"),
        ("C12N2750/14143", "C12N2750/14143"),
        ("A61P  35/00 20060101ALI20120101BHEP", "A61P35/00"),
        ("H01L", "H01L"),
        ("C02F/", "C02F"),
        ("G06F 17//30", "G06F17/30"),
        ("6 A 21 C 9/04", "A21C9/04"),
        ("A21D 8 02 20060101 A F I", "A21D8/02"),
        ("A47J 27/0", "A47J"),
        ("H01L21768", "H01L"),  # 217/68 or 21/768: only the subclass is sure
    ],
)
def test_six_spellings_of_ipc(text, expected):
    assert ipc_symbol(text) == expected


@pytest.mark.parametrize("bad", ["", "60/39.092", "H1L21/02", "IPC", "H01L21/02/03", "H01L " + "9" * 200])
def test_what_is_no_symbol_is_refused(bad):
    with pytest.raises(IpcRefusedError):
        ipc_symbol(bad)


def test_symbols_keep_order_and_refused_texts():
    assert ipc_symbols(["H01L 21/02", "A61K-0039/00", "H01L21/02", "nonsense", " "]) == (
        ["H01L21/02", "A61K39/00"],
        ["nonsense"],
    )


@pytest.mark.parametrize("moved", ["H10B", "H10K59/10", "H10N10/00", "H10D30/60", "H10F", "H10H20/80"])
def test_reclassification_to_h10_returns_to_h01l(moved):
    assert mapped_subclass(moved) == "H01L"


def test_concordance_never_maps_to_a_moved_class_and_leaves_others_alone():
    assert not set(moves()) & set(moves().values())
    assert mapped_subclass("F02C7/055") == "F02C" == subclass("F02C7/055")


@given(st.from_regex(r"[A-H][0-9]{2}[A-Z][1-9][0-9]{0,2}/[0-9]{2,4}", fullmatch=True))
def test_canonical_symbol_stays_itself_in_any_spacing(symbol):
    assert ipc_symbol(symbol) == ipc_symbol(f"{symbol[:4]} {symbol[4:]}") == symbol


@given(st.text(max_size=100))
def test_any_text_is_a_symbol_or_refused(text):
    ipc_symbols([text])
    fold_name(text)
    province(text)
    country_code(text)
    claim_count([text])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Siemens AG", "SIEMENS A.G."),
        ("Ｓｉｅｍｅｎｓ　ＡＧ", "siemens ag"),
        ("Fluke Corporation", "FLUKE CORP"),
        ("GENERAL ELECTRIC CO", "General Electric Company"),
        ("中芯国际集成电路制造（上海）有限公司", "中芯国际集成电路制造(上海)有限公司"),
        ("东丽株式会社", "株式会社东丽"),
        ("삼성전자주식회사", "삼성전자 (주)"),
        ("Zürich Université SA", "ZURICH UNIVERSITE"),
        ("NOKIA OYJ [FI]", "Nokia Oyj"),
        ("DynaLab Inc.", "DYNALAB"),
    ],
)
def test_spellings_of_one_holder_meet(one, other):
    assert fold_name(one) == fold_name(other) != ""


def test_different_holders_stay_apart():
    assert fold_name("Siemens Energy AG") != fold_name("Siemens AG")
    assert fold_name("有限公司") == "有限公司"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("中国", "CN"),
        ("世界知识产权组织", "WO"),
        ("欧洲专利局", "EP"),
        ("欧亚专利局", "EA"),
        ("中国台湾", "TW"),
        ("塞尔维亚共和国", "RS"),
        ("us", "US"),
        ("Korea, Republic of", "KR"),
        ("NOKIA\u2002[FI]", "FI"),
        ("美国(US)", "US"),
        ("P.R. China", "CN"),
        ("Atlantis", None),
        ("", None),
        (None, None),
        ("斯洛文尼亚", "SI"),
        ("波黑", "BA"),
        ("突尼斯", "TN"),
    ],
)
def test_countries(text, code):
    assert country_code(text) == code


def test_nobody_resides_in_an_organisation():
    assert residence_code("EP") is None
    assert residence_code("中国") == "CN"
    assert country_names("CN") == ("China", "中国")


@pytest.mark.parametrize(
    ("text", "code", "rule"),
    [
        ("226634 江苏省南通市海安县老坝港镇海港村16组", "320000", "province"),
        ("深圳市南山区高新技术产业园", "440000", "city"),
        ("广东 深圳", "440000", "province"),
        ("中国北京市海淀区清华园1号", "110000", "province"),
        ("南京市鼓楼区上海路1号", "320000", "city"),
        ("昆山市玉山镇", "320000", "county"),
        ("32", "320000", "code"),
        ("320500", "320000", "code"),
        ("江苏;32", "320000", "province"),
        ("内蒙古自治区呼和浩特市", "150000", "province"),
        ("Jiangsu", "320000", "province"),
        ("No. 1 Nanjing Road, Huangpu, Shanghai 200001, China", "310000", "province"),
        ("Shenzhen, China", "440000", "city"),
        ("Xi'an, Shaanxi", "610000", "province"),
        ("某某路8号 430074", "420000", "postcode"),
        ("香港九龙", "810000", "province"),
    ],
)
def test_province_with_the_rule_that_settled_it(text, code, rule):
    assert province(text) == (code, rule)


@pytest.mark.parametrize("text", [None, "", "Munich, Germany", "東京都", "99", "1600 Amphitheatre Parkway 940433"])
def test_province_unknown_is_none(text):
    assert province(text) is None


def test_34_provinces():
    assert len(provinces()) == 34
    assert province("吉林市船营区") == ("220000", "province")


@pytest.mark.parametrize(
    ("authority", "kind", "number", "expected"),
    [
        ("CN", "A", "101234567", "application"),
        ("CN", "B", "101234567", "grant"),
        ("CN", "C", "1012345", "grant"),
        ("CN", "U", "202644312", "utility_model"),
        ("CN", "Y", "2644312", "utility_model"),
        ("CN", "S", "301234567", "design"),
        ("CN", None, "202644312", "utility_model"),
        ("CN", None, "101234567", None),
        ("US", "A", "5123456", "grant"),
        ("US", "A1", "2011185700", "application"),
        ("US", "B2", "8001762", "grant"),
        ("US", "S1", "D801224", "design"),
        ("EP", "A1", "1000000", "application"),
        ("EP", "B1", "1000000", "grant"),
        ("EP", "A4", "1000000", "application"),
        ("WO", "A1", "2013121230", "application"),
        ("JP", "A", "2020133461", "application"),
        ("JP", "B2", "6123456", "grant"),
        ("JP", "Y2", "S591234", "utility_model"),
        ("JP", "U", "3123456", "utility_model"),
        ("KR", "B1", "101159648", "grant"),
        ("KR", "Y1", "200449214", "utility_model"),
        ("DE", "U1", "202009012345", "utility_model"),
        ("DE", "C2", "4123456", "grant"),
        ("RU", "C1", "2509909", "grant"),
        ("RU", "U1", "123456", "utility_model"),
        ("PL", "T3", "2631174", "grant"),
        ("DE", None, "2429414", None),
    ],
)
def test_publication_types(authority, kind, number, expected):
    assert publication_type(authority, kind, number) == expected


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", None),
        ("  ", None),
        ("A widget with a handle.", 1),
        ("1. A widget.\n2. The widget of claim 1.\n3. A method.", 3),
        ("Claims\n1. A widget, comprising: a handle. 2. The widget of claim 1, wherein it is red. 3. A method.", 3),
        ("1、一种装置。\n2、根据权利要求1所述的装置。", 2),
        ("1. 一种装置，其特征在于。2. 根据权利要求1所述的装置。", 2),
        ("1. A method:\n1. step one;\n2. step two;\n2. The method of claim 1.", 2),
        ("1) A\n2) B\n4) D", 4),  # one number lost
        ("【請求項１】装置。【請求項２】請求項１に記載の装置。", 2),
        ("[청구항 1] 장치. [청구항 2] 제1항에 있어서", 2),
        ("청구항 1\n장치\n청구항 2\n제1항에 있어서\n청구항 3\n방법", 3),
        ("Claim 1: a thing\nClaim 2: the thing of claim 1\nwherein", 2),
        ("1-3. (canceled) 4. A thing. 5. The thing of claim 4.", 2),
        ("1. (cancelled)\n2. A thing.\n3. The thing of claim 2.\n4. (canceled)\n", 2),
        ("1. A device\nbetween\n10 mm and 12 mm. 2. The device of claim 1.", 2),
    ],
)
def test_claims_are_counted_by_their_numbers(text, count):
    assert claim_count([text]) == count
