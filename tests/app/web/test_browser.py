"""The pages in a real browser: no error, no request elsewhere, no sideways scrolling, accessible, by keyboard alone."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.quality.workbook import row_of, write
from app.web.base import drafts, studied
from app.web.routes import SCREENS
from etl.sampling.documents import Document
from warehouse.publish import connect_snapshot, current
from warehouse.workspace import Workspace

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser, pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]  # fmt: skip
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
ROOT = Path(__file__).parents[3]
PATIENCE = 600_000  # milliseconds until a page that hangs is given up
# What each part of an address is filled with, and further states of some pages.
FILLED = {"technology": "chip", "alert": "1"}
ALSO = ("/?frame=anchored&zoom=0", "/families?technology=chip&side=focal", "/sql?q=FROM+matrix_latest+LIMIT+5",
        "/sql?q=DROP+TABLE+families", "/query/chip?q=tiab:(", "/login", "/nothing")  # fmt: skip


@pytest.fixture(scope="module")
def prepared(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, tuple[str, ...]]:
    """The demo with a sample to judge and a study, and an address for every page there is."""
    folder = tmp_path_factory.mktemp("browser") / "watch"
    shutil.copytree(demo, folder, ignore=shutil.ignore_patterns("landing", "reports", "core.duckdb*"))
    workspace = Workspace.open(folder)
    book = drafts.new_sheet(workspace, "chip")
    item = {"publication_number": "CN-1-A", "country": "CN", "first_publication_date": None}
    document = Document("CN-1-A", ("A chip", "芯片"), ("Abstract. " * 40,), ("1. A chip.",), ("H01L 21/00",), ("ACME",))
    write(book, [row_of(1, {**item, "item": i}, document) for i in (1, 2, 3)], "chip")
    one = studied.new_study(workspace, "nca", "t.csv: Y ~ A", "anna")
    (one.results / "a.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")
    write(one.results / "nca.xlsx", [row_of(1, {**item, "item": 1}, document)], "t")
    with connect_snapshot(current(workspace)) as con:
        [(family,)] = con.execute("SELECT min(family_id) FROM families WHERE is_harvested").fetchall()
    filled = {**FILLED, "family:path": family, "sheet": book.stem, "study": one.name}
    pages = tuple(re.sub(r"\{([^}]+)\}", lambda part: filled[part[1]], screen.address) for screen in SCREENS)
    return workspace, (*pages, *ALSO)


@pytest.fixture(scope="module")
def addresses(prepared: tuple[Workspace, tuple[str, ...]]) -> tuple[str, ...]:
    return prepared[1]


@pytest.fixture(scope="module")
def served(prepared: tuple[Workspace, tuple[str, ...]]) -> Iterator[str]:
    """The program's own server on a free port of this machine."""
    root = str(prepared[0].root)
    command = [sys.executable, "-m", "app.main", "serve", "--workspace", root, "--port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip().rstrip("/")
    finally:
        process.terminate()
        process.wait(timeout=600)


class Patient:
    """A browser whose pages wait for as long as a slow machine takes; nothing else depends on it."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser

    def new_context(self, **how: Any) -> Any:
        context = self._browser.new_context(**how)
        context.set_default_timeout(PATIENCE)
        return context


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", "--no-first-run", "--disable-quic"]  # fmt: skip
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=quiet, timeout=PATIENCE)
        yield Patient(browser)
        browser.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_are_quiet_at_home_and_fit(served: str, addresses: tuple[str, ...], chromium: object, lang: str) -> None:
    seen: list[str] = []
    faults: list[str] = []
    for width in (1280, 390):
        context = chromium.new_context(viewport={"width": width, "height": 900})  # type: ignore[attr-defined]
        page = context.new_page()
        page.on("console", lambda message: faults.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda request: seen.append(request.url))
        for address in addresses:
            page.goto(f"{served}{address}{'&' if '?' in address else '?'}lang={lang}")
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, (address, width)
            page.emulate_media(media="print")
            assert page.evaluate("document.querySelector('header').offsetParent === null"), address
            page.emulate_media(media="screen")
        context.close()
    expected = [f for f in faults if "404" in f]  # the browser remarks on /nothing
    assert len(expected) == 2
    assert [f for f in faults if f not in expected] == []
    assert {urlsplit(u).netloc for u in seen} == {urlsplit(served).netloc}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_pass_the_accessibility_checker(
    served: str, addresses: tuple[str, ...], chromium: object, lang: str
) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)  # type: ignore[attr-defined]
    page = context.new_page()
    for address in addresses:
        page.goto(f"{served}{address}{'&' if '?' in address else '?'}lang={lang}")
        page.evaluate(AXE)
        result = page.evaluate("axe.run({resultTypes: ['violations']})")
        assert len(result["passes"]) > 10, address
        assert [(v["id"], v["nodes"][0]["html"]) for v in result["violations"]] == [], address
    context.close()


def test_the_keyboard_reaches_a_technology_and_the_slider_another_date(served: str, chromium: object) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(f"{served}/?lang=en")
    first = page.locator("svg.matrix a.point").first
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('svg.matrix') !== null"):
            break
    assert page.evaluate("document.activeElement.classList.contains('point')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/technology/**")
    page.goto(f"{served}/?lang=en")
    before = page.locator(".stamp").inner_text()
    assert first.count() == 1
    page.locator("input[type=range]").focus()
    page.keyboard.press("Home")
    page.wait_for_function("text => document.querySelector('.stamp').innerText !== text", arg=before)
    assert page.locator(".stamp").inner_text() != before
    context.close()


def test_the_list_of_families_answers_in_place(served: str, chromium: object) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(f"{served}/families?technology=chip&lang=en")
    total = page.locator("#list > p").inner_text()
    page.select_option("select[name=side]", "focal")
    page.wait_for_function("text => document.querySelector('#list > p').innerText !== text", arg=total)
    assert "side=focal" in page.url
    context.close()


def test_families_are_judged_by_keys_alone(served: str, addresses: tuple[str, ...], chromium: object) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})  # type: ignore[attr-defined]
    page = context.new_page()
    sheet = next(a for a in addresses if re.fullmatch(r"/judge/[0-9a-f]{16}", a))
    page.goto(f"{served}{sheet}?lang=en")
    for count, key in enumerate("yn", 1):
        page.keyboard.press(key)
        page.wait_for_function(
            "n => document.querySelector('.judge-head').innerText.includes(n + ' judged')", arg=count
        )
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("document.querySelector('[aria-pressed=true]') !== null")
    assert page.locator("[aria-pressed=true]").get_attribute("value") == "no"
    page.locator("input[name=note]").press("y")
    assert page.locator("input[name=note]").input_value() == "y", "a key in a field is a letter"
    context.close()


def test_a_query_is_counted_as_it_is_typed_and_a_name_completed(served: str, chromium: object) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(f"{served}/query/chip?lang=en")
    before = page.locator("#found .big").inner_text()
    page.locator("#q").fill("tiab:chip")
    page.wait_for_function("text => document.querySelector('#found .big')?.innerText !== text", arg=before)
    page.goto(f"{served}/sql?lang=en")
    page.locator("#q").press_sequentially("FROM matrix_lat")
    page.keyboard.press("Tab")
    assert page.locator("#q").input_value() == "FROM matrix_latest"
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/sql?q=**")
    context.close()
