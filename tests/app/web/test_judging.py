"""Judging a sample in the page: drawn as the command draws it, kept one by one, sent as the command reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.quality.workbook import COLUMNS, read, row_of, write
from app.web.application import build
from app.web.base import drafts
from app.web.base.jobs import Job, Jobs
from app.web.site import Site
from etl.sampling.documents import Document
from warehouse.workspace import Workspace
from words import language

EVIL = "<script>alert(1)</script>"


def sample(file: Path, count: int) -> None:
    """Write the workbook that `catalogue sample` writes."""
    rows = []
    for i in range(1, count + 1):
        document = Document(
            f"CN-{i}-A", (f"Chip {i} {EVIL}", "芯片"), ("Abstract.",), ("1. A chip.",), ("H01L 21/00",), ("ACME",)
        )
        item = {
            "item": i,
            "publication_number": f"CN-{i}-A",
            "country": "CN",
            "first_publication_date": date(2020, 1, i),
        }
        rows.append(row_of(3, item, document))
    write(file, rows, "Chip")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What the queue was asked for; nothing is started."""
    found: list[tuple[str, ...]] = []

    def add(_jobs: Jobs, title: str, arguments: Sequence[str], who: str) -> Job:
        found.append(tuple(arguments))
        return Job(1, title, tuple(arguments), who, datetime(2026, 1, 1, tzinfo=UTC))

    monkeypatch.setattr(Jobs, "add", add)
    return found


@pytest.fixture
def browser(workspace: Workspace) -> Iterator[TestClient]:
    site = Site(workspace, is_local=True)
    yield TestClient(build(site, hosts=["testserver"]))
    site.snapshots.close()


def token(browser: TestClient) -> str:
    found = re.search(r'name="token" value="([^"]+)"', browser.get("/judge").text)
    assert found
    return found[1]


def drawn(browser: TestClient, asked: list[tuple[str, ...]], count: int) -> str:
    answer = browser.post("/judge", data={"token": token(browser), "technology": "chip", "n": str(max(count, 10))})
    assert answer.status_code == 200
    assert "being drawn" in browser.get(answer.url.path, params={"lang": "en"}).text
    command = asked[-1]
    assert command[:3] == ("catalogue", "sample", "chip")
    sample(Path(command[-1]), count)
    return Path(command[-1]).stem


def test_families_are_judged_one_after_another_and_sent(
    browser: TestClient, workspace: Workspace, asked: list[tuple[str, ...]]
) -> None:
    name = drawn(browser, asked, 3)
    given = token(browser)
    first = browser.get(f"/judge/{name}", params={"lang": "en"}).text
    assert "Family 1 of 3" in first
    assert EVIL not in first
    assert "worldwide.espacenet.com" in first
    for item, verdict in (("3-1", "yes"), ("3-2", "no"), ("3-3", "unsure"), ("3-2", "yes")):
        answer = browser.post(f"/judge/{name}", data={"token": given, "item": item, "verdict": verdict, "note": "=1+1"})
        assert answer.status_code == 200
    filled = read(drafts.draft_file(workspace, name, "local"))
    assert filled.problems == []
    assert filled.verdicts == {3: {1: ("yes", "=1+1"), 2: ("yes", "=1+1"), 3: ("unsure", "=1+1")}}
    browser.post(f"/judge/{name}/send", data={"token": given})
    assert asked[-1] == ("catalogue", "judge", str(drafts.draft_file(workspace, name, "local")), "--by", "local")


def test_the_next_family_is_the_next_unjudged_one(browser: TestClient, asked: list[tuple[str, ...]]) -> None:
    name, given = drawn(browser, asked, 4), token(browser)
    browser.post(f"/judge/{name}", data={"token": given, "item": "3-2", "verdict": "no"})
    shown = browser.post(f"/judge/{name}", data={"token": given, "item": "3-1", "verdict": "no"}).text
    assert "CN-3-A" in shown
    shown = browser.get(f"/judge/{name}", params={"after": "3-4", "lang": "en"}).text
    assert "Family 3 of 4" in shown
    assert "CN-1-A" in browser.get(f"/judge/{name}", params={"item": "3-1"}).text


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"item": "3-9", "verdict": "yes"}, 404),
        ({"item": "3-1", "verdict": "maybe"}, 400),
        ({"item": "", "verdict": ""}, 400),
    ],
)
def test_what_is_no_verdict_is_refused(
    browser: TestClient, workspace: Workspace, asked: list[tuple[str, ...]], data: dict[str, str], status: int
) -> None:
    name = drawn(browser, asked, 1)
    assert browser.post(f"/judge/{name}", data={"token": token(browser), **data}).status_code == status
    assert not drafts.draft_file(workspace, name, "local").exists()


@pytest.mark.parametrize("name", ["../../stuckneck", "0" * 16, "%2e%2e%2fx", "a" * 15])
def test_only_samples_of_this_workspace_are_opened(browser: TestClient, name: str) -> None:
    assert browser.get(f"/judge/{name}").status_code == 404
    assert browser.post(f"/judge/{name}/send", data={"token": token(browser)}).status_code in (404, 405)


def test_judges_do_not_overwrite_each_other(workspace: Workspace) -> None:
    book = drafts.new_sheet(workspace, "chip")
    sample(book, 2)
    drafts.say_of(workspace, book.stem, "anna", "3-1", ("yes", ""))
    drafts.say_of(workspace, book.stem, "bob", "3-1", ("no", ""))
    assert drafts.draft(workspace, book.stem, "anna") == {"3-1": ("yes", "")}
    assert drafts.draft(workspace, book.stem, "bob") == {"3-1": ("no", "")}


def test_a_workbook_is_read_as_it_is_shown_in_either_language(tmp_path: Path) -> None:
    from app.quality.workbook import shown

    sample(tmp_path / "a.xlsx", 2)
    rows = shown(tmp_path / "a.xlsx")
    assert [row["item"] for row in rows] == ["3-1", "3-2"]
    assert rows[0]["abstract"] == "Abstract."
    assert set(rows[0]) <= set(COLUMNS)
    (tmp_path / "b.csv").write_text("x,y\n1,2\n")
    assert shown(tmp_path / "b.csv") == []
    spoken = language.current()
    try:
        language.use("zh")
        sample(tmp_path / "c.xlsx", 2)
    finally:
        language.use(spoken)
    assert shown(tmp_path / "c.xlsx") == rows
