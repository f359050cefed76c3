"""The packaged lists, what the loader says about mistakes, and editions."""

from __future__ import annotations

import csv
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import duckdb
import pytest

from etl.catalogue.check import check
from etl.catalogue.diff import diff_items, edition_diff
from etl.catalogue.editions import items_in, items_of, latest_edition, record_edition, watched
from etl.catalogue.load import (
    TOPICS,
    CatalogueError,
    load_catalogue,
    packaged_catalogue,
    packaged_text,
    parse_catalogue,
)
from etl.catalogue.models import Catalogue
from etl.query.document import Document
from etl.query.evaluate import evaluate
from etl.sources.epo_ops.query.parts import fits, ops_parts

SHARED = Path(__file__).parents[3] / ".." / "shared" / "reference"
IDS = [
    "lithography-machine", "chip", "aero-engine", "tactile-sensor", "vacuum-evaporation-machine", "mobile-rf", "lidar",
    "acceleration-sensor", "bearing-steel", "photoresist", "fuel-cell", "aviation-steel",
    "high-strength-stainless-steel",
    "common-rail", "welding-power-source", "battery-separator", "gas-turbine", "milling-cutter", "epoxy-resin",
    "electron-microscope",
]  # fmt: skip
NOW = datetime(2026, 11, 21)

SMALL = """
# a comment
[edition]
name = "first"

[[technology]]
id = "lidar"
number = 7
name_zh = "激光雷达"
name_en = "Lidar"
status = "watched"
query = '''激光雷达 OR lidar'''

[[technology]]
id = "ito-target"
name_zh = "ITO靶材"
name_en = "ITO target"
status = "candidate"
reason = "later"
query = "靶材 AND ITO"
"""


@pytest.fixture(scope="module")
def technologies() -> Catalogue:
    return packaged_catalogue()


@pytest.fixture(scope="module")
def topics() -> Catalogue:
    return packaged_catalogue(TOPICS)


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(files("sql").joinpath("migrations", "0001_core.sql").read_text(encoding="utf-8"))
    return con


def test_twenty_are_watched_under_the_papers_numbers(technologies: Catalogue) -> None:
    assert [t.id for t in technologies.technologies if t.status == "watched"] == IDS
    assert [t.number for t in technologies.technologies if t.status == "watched"] == list(range(1, 21))


def test_all_35_press_items_are_kept(technologies: Catalogue) -> None:
    numbers = [number for t in technologies.technologies for number in t.press_numbers]
    assert sorted(numbers) == list(range(1, 36))
    assert technologies.get("acceleration-sensor").press_numbers == ()  # type: ignore[union-attr]


def test_names_are_the_press_items_and_the_papers() -> None:
    if not SHARED.is_dir():
        pytest.skip("the reference tables are not here")
    catalogue = packaged_catalogue()
    names = {
        n: (name, t) for t in catalogue.technologies for n, name in zip(t.press_numbers, t.press_names, strict=True)
    }
    for row in csv.DictReader((SHARED / "candidates_35.csv").open(encoding="utf-8")):
        name, technology = names[int(row["press_number"])]
        assert name == row["name_zh"]
        assert technology.number == (int(row["table2_number"]) if row["table2_number"] else None)
    paper = csv.DictReader((SHARED / "paper" / "table2_indicators.csv").open(encoding="utf-8"))
    printed = {int(row["number"]): row["name_zh"] for row in paper}
    assert {t.number: t.name_zh for t in catalogue.technologies if t.number} == printed


def test_candidates_say_why_in_both_languages(technologies: Catalogue) -> None:
    for technology in technologies.technologies:
        if technology.status == "candidate":
            assert technology.reason
            assert any("\u4e00" <= char <= "\u9fff" for char in technology.reason)
            assert any(char.isascii() and char.isalpha() for char in technology.reason)
            assert technology.measurable is (technology.query is not None)


@pytest.mark.parametrize("name", ["technologies.toml", TOPICS])
def test_the_packaged_lists_have_no_findings(name: str) -> None:
    assert check(packaged_catalogue(name)) == []


def test_every_query_asks_in_both_languages_and_fits_ops(technologies: Catalogue, topics: Catalogue) -> None:
    for item in (*technologies.harvested, *topics.harvested):
        assert item.parsed is not None
        text = str(item.parsed)
        assert any("\u4e00" <= char <= "\u9fff" for char in text), item.id
        assert "ipc:" in text or item in topics.items, item.id
        assert all(fits(part) for part in ops_parts(item.parsed)), item.id


HITS = [
    ("lithography-machine", "光刻机的工件台", "G03F7/20", True),
    ("lithography-machine", "曝光装置", "G03G15/04", False),
    ("chip", "一种芯片封装结构", "H01L23/31", True),
    ("chip", "微流控芯片", "H01L21/02", False),
    ("aero-engine", "Gas turbine engine with fan", "F02K3/06", True),
    ("aero-engine", "Gas turbine engine for a power plant", "F02C7/00", False),
    ("tactile-sensor", "柔性触觉传感器阵列", "G01L1/18", True),
    ("tactile-sensor", "Touch screen with tactile sensing", "G06F3/041", False),
    ("vacuum-evaporation-machine", "Evaporation source for OLED", "C23C14/24", True),
    ("mobile-rf", "Bulk acoustic wave filter", "H03H9/54", True),
    ("lidar", "Scanning lidar", "G01S17/08", True),
    ("acceleration-sensor", "MEMS accelerometer", "G01P15/125", True),
    ("acceleration-sensor", "Shoe with an acceleration sensor", "A43B3/00", False),
    ("bearing-steel", "一种轴承钢的冶炼方法", "C21C7/00", True),
    ("photoresist", "Positive photoresist composition", "G03F7/039", True),
    ("photoresist", "Photoresist stripping solution", "G03F7/42", False),
    ("fuel-cell", "质子交换膜燃料电池双极板", "H01M8/02", True),
    ("aviation-steel", "飞机起落架用超高强度钢", "C22C38/44", True),
    ("high-strength-stainless-steel", "High-strength stainless steel sheet", "C22C38/40", True),
    ("common-rail", "Common-rail injector", "F02M47/02", True),
    ("common-rail", "Common rail for trains", "B61B1/00", False),
    ("welding-power-source", "逆变焊机电源", "B23K9/10", True),
    ("battery-separator", "锂离子电池隔膜及其制备方法", "H01M2/16", True),
    ("gas-turbine", "重型燃气轮机叶片", "F01D5/18", True),
    ("gas-turbine", "Aircraft gas turbine", "F02C7/00", False),
    ("milling-cutter", "End mill", "B23C5/10", True),
    ("epoxy-resin", "Epoxy resin composition", "C08G59/20", True),
    ("electron-microscope", "扫描电镜样品台", "H01J37/20", True),
    ("electron-microscope", "Powder shown in a scanning electron micrograph", "C01B32/00", False),
]


@pytest.mark.parametrize(("technology", "title", "symbol", "expected"), HITS)
def test_queries_find_what_they_are_meant_to(
    technologies: Catalogue, technology: str, title: str, symbol: str, expected: bool
) -> None:
    query = technologies.get(technology).parsed
    assert query is not None
    assert evaluate(query, Document([title], [], [], [symbol], [])) is expected


def test_a_category_is_the_union_of_its_topics(topics: Catalogue) -> None:
    etched = Document(["Plasma etching of a wafer"], [], ipc=["H01L21/3065"])
    categories = {topic.id: topic for topic in topics.topics if topic.parent is None}
    assert {topic.category for topic in categories.values()} == {"design", "manufacturing", "packaging-test"}
    for topic in topics.topics:
        if topic.parent is not None and topic.parsed is not None and evaluate(topic.parsed, etched):
            parent = categories[topic.parent].parsed
            assert parent is not None
            assert evaluate(parent, etched) is True
    assert evaluate(topics.get("ic-manufacturing-etching").parsed, etched) is True  # type: ignore[arg-type]
    glass = Document(["Etching of glass"], [], ipc=["C03C15/00"])
    assert evaluate(topics.get("ic-manufacturing-etching").parsed, glass) is False  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("status = ", "stauts = "),
            "technologies.toml: technology lidar: unknown key 'stauts'; did you mean 'status'?",
        ),
        (('id = "lidar"', 'id = "Li Dar"'), "technologies.toml: technology Li Dar: id:"),
        (('"watched"', '"watching"'), "status: expected one of 'watched', 'candidate'; found 'watching'"),
        (("query = '''激光雷达 OR lidar'''\n", ""), "technology lidar: a watched technology needs a query"),
        (('reason = "later"\n', ""), "technology ito-target: a candidate needs the reason"),
        (('name_zh = "激光雷达"\n', ""), "technology lidar: the key 'name_zh' is missing"),
        (("[edition]", "[editions]"), "technologies.toml: unknown key 'editions'; did you mean 'edition'?"),
        (("number = 7", "number = "), "technologies.toml: not valid TOML"),
        (("number = 7", 'number = "seven"'), "technology lidar: number: expected a whole number"),
    ],
)
def test_a_mistake_is_one_sentence(change: tuple[str, str], said: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        parse_catalogue(SMALL.replace(*change, 1), "technologies.toml")
    assert said in str(caught.value)


def test_files(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="stuckneck init"):
        load_catalogue(tmp_path / "technologies.toml")
    file = tmp_path / "technologies.toml"
    file.write_bytes(SMALL.encode("gbk", "ignore"))
    with pytest.raises(CatalogueError, match="not UTF-8"):
        load_catalogue(file)
    file.write_text(SMALL, encoding="utf-8-sig")
    assert [t.id for t in load_catalogue(file).technologies] == ["lidar", "ito-target"]
    file.write_text("", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"no \[\[technology"):
        load_catalogue(file)


def test_check_tells_everything_at_once() -> None:
    more = (
        SMALL
        + SMALL.partition("[[technology]]")[1]
        + SMALL.partition("[[technology]]")[2].replace("lidar'''", "(lidar'''")
    )
    found = [finding.message for finding in check(parse_catalogue(more, "technologies.toml"))]
    assert any("the id 'lidar' is used 2 times" in message for message in found)
    assert any("position" in message and "never closed" in message and "^" in message for message in found)
    same = SMALL.replace("靶材 AND ITO", "lidar OR 激光雷达")
    assert any("the same query" in f.message for f in check(parse_catalogue(same, "t.toml")) if f.severity == "error")
    inside = SMALL.replace("靶材 AND ITO", "激光雷达 AND ITO")
    assert [(f.severity, f.item) for f in check(parse_catalogue(inside, "t.toml"))] == [("warning", "ito-target")]


def test_equal_content_is_the_same_edition(con: duckdb.DuckDBPyConnection) -> None:
    first = record_edition(con, parse_catalogue(SMALL, "t.toml"), NOW)
    rewritten = SMALL.replace("# a comment", "# another").replace("激光雷达 OR lidar", "(lidar)  OR 激光雷达 OR lidar")
    assert record_edition(con, parse_catalogue(rewritten, "t.toml"), NOW) == first
    for change in (
        ("OR lidar", "OR ladar"),
        ('status = "candidate"\nreason = "later"', 'status = "watched"'),
        ("Lidar", "LIDAR"),
    ):
        other = record_edition(con, parse_catalogue(SMALL.replace(*change), "t.toml"), NOW)
        assert other != first
    assert record_edition(con, parse_catalogue(SMALL, "t.toml"), NOW) == first
    assert con.execute("SELECT count(*), count(DISTINCT edition_id) FROM editions").fetchone() == (4, 4)


def test_the_packaged_lists_are_recorded_whole(con: duckdb.DuckDBPyConnection, technologies: Catalogue) -> None:
    edition = record_edition(con, technologies, NOW, note="first")
    topic_edition = record_edition(con, packaged_catalogue(TOPICS), NOW)
    assert [item.technology_id for item in watched(con, edition)] == IDS
    assert sorted(items_in(con, edition), key=str) == sorted(items_of(technologies), key=str)
    assert latest_edition(con) == edition
    assert latest_edition(con, "topics") == topic_edition
    rows = con.execute(
        "SELECT DISTINCT status, category FROM edition_items WHERE edition_id = ?", [topic_edition]
    ).fetchall()
    assert set(rows) == {("topic", "design"), ("topic", "manufacturing"), ("topic", "packaging-test")}
    with pytest.raises(LookupError, match="no edition 99"):
        items_in(con, 99)


def test_an_unreadable_query_is_not_recorded(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(CatalogueError, match=r"t\.toml: lidar: position"):
        record_edition(con, parse_catalogue(SMALL.replace("OR lidar", "OR"), "t.toml"), NOW)
    assert con.execute("SELECT count(*) FROM editions").fetchone() == (0,)


def test_diff_of_editions(con: duckdb.DuckDBPyConnection) -> None:
    first = record_edition(con, parse_catalogue(SMALL, "t.toml"), NOW)
    changed = (
        SMALL.replace("OR lidar", "OR ladar")
        .replace('"ITO target"', '"ITO sputtering target"')
        .replace('status = "candidate"\nreason = "later"', 'status = "watched"')
    )
    second = record_edition(con, parse_catalogue(changed, "t.toml"), NOW)
    found = [(change.change, change.technology_id) for change in edition_diff(con, first, second)]
    assert found == [("added", "ito-target"), ("renamed", "ito-target"), ("query changed", "lidar")]
    back = [(change.change, change.technology_id) for change in edition_diff(con, second, first)]
    assert back == [("retired", "ito-target"), ("renamed", "ito-target"), ("query changed", "lidar")]
    assert edition_diff(con, first, first) == []


def test_a_new_id_with_the_same_query_is_a_new_name() -> None:
    before = items_of(parse_catalogue(SMALL, "t.toml"))
    after = items_of(parse_catalogue(SMALL.replace('"lidar"', '"laser-radar"').replace("ito-target", "ito"), "t.toml"))
    assert {change.change for change in diff_items(before, after)} == {"renamed"}
    gone = items_of(parse_catalogue(SMALL.partition('[[technology]]\nid = "ito')[0], "t.toml"))
    assert [change.change for change in diff_items(before, gone)] == ["unlisted"]
    assert [change.change for change in diff_items(gone, before)] == ["listed"]


def test_the_packaged_texts_are_commented_in_both_languages() -> None:
    for name in ("technologies.toml", TOPICS):
        comments = [line for line in packaged_text(name).splitlines() if line.startswith("#")]
        assert len(comments) > 15
        assert any("\u4e00" <= char <= "\u9fff" for char in "".join(comments))
