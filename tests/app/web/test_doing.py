"""What is done from the page besides judging: trying and keeping a query, keeping questions, beginning a study."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import lxml.html
import pytest
from starlette.testclient import TestClient

from analytics.provinces.study import run_study
from app.studies.provinces.report import write_report
from app.web.application import build
from app.web.base import studied
from app.web.base.jobs import Job, Jobs
from app.web.base.plot import result_plot
from app.web.site import Site
from etl.catalogue.edit import read_text, set_query
from etl.catalogue.load import CatalogueError, load_catalogue
from warehouse.sections.provinces import Provinces
from warehouse.workspace import Workspace

sys.path.insert(0, str(Path(__file__).parents[2] / "analytics" / "provinces"))
from made_cases import made_cases

TABLE = b"case,Y,A\n" + b"\n".join(b"c%d,0.%d,0.%d" % (i, i, 9 - i) for i in range(1, 9))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What the queue was asked for; nothing is started."""
    found: list[tuple[str, ...]] = []

    def add(_jobs: Jobs, title: str, arguments: Sequence[str], who: str) -> Job:
        found.append(tuple(arguments))
        return Job(1, title, tuple(arguments), who, datetime(2026, 1, 1, tzinfo=UTC))

    monkeypatch.setattr(Jobs, "add", add)
    return found


@pytest.fixture(scope="module")
def folder(shown: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace of its own over the snapshots of the demo, linked."""
    root = tmp_path_factory.mktemp("doing")
    (root / "snapshots").symlink_to(shown.snapshots)
    for file in shown.root.glob("*.toml"):
        (root / file.name).write_bytes(file.read_bytes())
    (root / "warehouse").mkdir()
    return Workspace.open(root)


@pytest.fixture
def browser(folder: Workspace) -> Iterator[TestClient]:
    site = Site(folder, is_local=True)
    yield TestClient(build(site, hosts=["testserver"]))
    site.snapshots.close()


def token(browser: TestClient) -> str:
    found = re.search(r'name="token" value="([^"]+)"', browser.get("/studies").text)
    assert found
    return found[1]


def test_the_query_in_force_finds_what_is_there_and_a_narrower_one_loses(browser: TestClient) -> None:
    [own] = browser.get("/query/chip.json").json()["counts"]
    assert own["hits"] >= own["now"] > 0
    assert own["lost"] == 0
    [none] = browser.get("/query/chip.json", params={"q": "tiab:nothinglikethis"}).json()["counts"]
    assert (none["hits"], none["lost"], none["gained"]) == (0, own["now"], 0)
    found = browser.get("/query/chip.json", params={"q": "tiab:(芯片 OR chip) AND NOT ipc:H01L"}).json()
    counts = found["counts"][0]
    assert counts["excluded"] > 0
    assert 0 < len(found["examples"]["excluded"]) <= 8
    assert counts["now"] + counts["gained"] - counts["lost"] == counts["hits"]


def test_a_query_that_cannot_be_read_is_a_sentence(browser: TestClient) -> None:
    text = browser.get("/query/chip", params={"q": "tiab:(", "lang": "en"}).text
    assert 'role="alert"' in text
    assert "Traceback" not in text
    assert browser.get("/query/no-such").status_code == 404


def test_a_query_is_kept_in_the_list_and_nothing_else_changes(browser: TestClient, folder: Workspace) -> None:
    before = {t.id: t for t in load_catalogue(folder.technologies_file).technologies}
    comments = [line for line in read_text(folder.technologies_file).splitlines() if line.startswith("#")]
    text = 'tiab:(芯片 OR "integrated circuit")\r\nAND ipc:H01L'
    kept = browser.post("/query/chip", data={"token": token(browser), "q": text})
    assert kept.status_code == 200
    after = {t.id: t for t in load_catalogue(folder.technologies_file).technologies}
    assert after["chip"].query_hash != before["chip"].query_hash
    assert {k: v for k, v in after.items() if k != "chip"} == {k: v for k, v in before.items() if k != "chip"}
    assert [x for x in read_text(folder.technologies_file).splitlines() if x.startswith("#")] == comments
    for bad in ("tiab:(", "'''\nid = \"x\"", ""):
        assert browser.post("/query/chip", data={"token": token(browser), "q": bad}).status_code == 400
    again = {t.id: t for t in load_catalogue(folder.technologies_file).technologies}
    assert again == after


def test_a_query_on_one_line_is_changed_and_a_missing_one_refused() -> None:
    text = '[[technology]]\nid = "a"\nquery = "tiab:x" # why\nstatus = "watched"\n\n[[technology]]\nid = "b"\n'
    assert "tiab:y" in set_query(text, "a", "tiab:y")
    for name in ("b", "c"):
        with pytest.raises(CatalogueError, match="by hand"):
            set_query(text, name, "tiab:y")


def test_questions_are_kept_replaced_and_forgotten(browser: TestClient) -> None:
    evil = '<script>alert(1)</script>"'
    given = token(browser)
    for q in ("SELECT 1", "SELECT 2"):
        browser.post("/sql", data={"token": given, "name": evil, "q": q})
    page = browser.get("/sql").text
    assert evil not in page
    assert page.count("&lt;script&gt;") >= 1
    assert "SELECT%202" in page
    assert "SELECT%201" not in page
    browser.post("/sql", data={"token": given, "name": evil, "forget": "1"})
    assert "&lt;script&gt;" not in browser.get("/sql").text
    assert browser.post("/sql", data={"token": given, "name": "", "q": "SELECT 1"}).status_code == 400


def test_a_result_is_drawn_by_its_columns() -> None:
    days = [{"as_of": date(2020, 1, d), "k": d / 10} for d in (3, 1, 2)]
    line = result_plot(days, ("as_of", "k"))
    assert line is not None
    assert line["kind"] == "line"
    assert [x for x, _ in (p.split(",") for p in line["points"].split())] == sorted(
        (x for x, _ in (p.split(",") for p in line["points"].split())), key=float
    )
    bars = result_plot([{"c": "CN", "n": -1}, {"c": "US", "n": 3}, {"c": None, "n": 2}], ("c", "n"))
    assert bars is not None
    assert [b["name"] for b in bars["bars"]] == ["CN", "US"]
    assert all(0 <= b["x"] <= 100 and b["width"] > 0 for b in bars["bars"])
    for rows in ([{"n": 1}, {"n": 2}], [{"c": "x", "n": 1}], [{"c": "x", "n": None}] * 3, [{"c": "a", "b": True}] * 2):
        assert result_plot(rows, tuple(rows[0])) is None


def test_a_study_runs_the_command_on_the_uploaded_table(
    browser: TestClient, folder: Workspace, asked: list[tuple[str, ...]]
) -> None:
    form = {"token": token(browser), "method": "nca", "outcome": "--json", "conditions": "A", "lang": "zh"}
    answer = browser.post("/studies", data=form, files={"file": ("../../t.csv", io.BytesIO(TABLE))})
    assert answer.status_code == 200
    command = asked[-1]
    assert command[0] == "nca"
    assert "--outcome=--json" in command, "what a person types is a value, never an option"
    table = Path(command[1])
    assert table.is_file()
    assert table.read_bytes() == TABLE
    assert table.is_relative_to(folder.root / "studies")
    for bad in (
        {"method": "evil"},
        {"method": "qca", "outcome": "", "conditions": "A"},
        {"method": "qca", "outcome": "Y"},
    ):
        assert browser.post("/studies", data={"token": token(browser), **bad}).status_code == 400


def test_a_study_shows_its_tables_and_gives_only_its_files(browser: TestClient, folder: Workspace) -> None:
    import xlsxwriter

    one = studied.new_study(folder, "nca", "<b>t</b>", "anna")
    with xlsxwriter.Workbook(str(one.results / "nca.xlsx")) as book:
        sheet = book.add_worksheet("d")
        sheet.write_row(0, 0, ["condition", "<script>x</script>"])
        sheet.write_row(1, 0, ["A", 0.25])
    (one.results / "a.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (one.results / "secret.json").write_text("{}")
    page = browser.get(f"/studies/{one.name}").text
    assert "0.250" in page
    assert "<script>x" not in page
    assert "<b>t" not in page
    picture = browser.get(f"/studies/{one.name}/file/a.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert "default-src 'none'" in picture.headers["content-security-policy"]
    assert "attachment" in browser.get(f"/studies/{one.name}/file/nca.xlsx").headers["content-disposition"]
    for name in ("secret.json", "../about.json", "%2e%2e%2fabout.json", "/etc/passwd"):
        assert browser.get(f"/studies/{one.name}/file/{name}").status_code == 404, name
    assert browser.get("/studies/../../etc").status_code == 404
    assert browser.get(f"/studies/{'0' * 16}").status_code == 404


def test_the_study_of_provinces_is_shown_in_the_language_of_the_page(browser: TestClient, folder: Workspace) -> None:
    study = run_study(replace(made_cases(), topic="<script>x</script>"), Provinces(permutations=20))
    write_report(study, folder.reports / "provinces", plots=False)
    assert "/studies/provinces" in browser.get("/studies").text
    for lang, label, other in (("zh", "[合成]", "_en.xlsx"), ("en", "[synthetic]", "_zh.xlsx")):
        page = browser.get(f"/studies/provinces?lang={lang}").text
        assert page.count(label) == 5
        assert other not in page
        assert "<script>x" not in page
        shown = lxml.html.fromstring(page).find_class("report")[0].text_content()
        assert bool(re.search("[\u4e00-\u9fff]", shown)) == (lang == "zh")
    given = browser.get("/studies/provinces/file/tables_zh.xlsx")
    assert given.status_code == 200
    assert browser.get("/studies/provinces/file/provinces_zh.html").status_code == 404
