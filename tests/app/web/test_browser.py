"""The pages in a real browser: no error, no request elsewhere, no sideways scrolling, accessible, by keyboard alone."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser, pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]  # fmt: skip
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
ROOT = Path(__file__).parents[3]
ADDRESSES = (
    "/", "/technology/chip", "/families?technology=chip", "/compare/runs", "/compare/countries", "/alerts", "/alerts/1",
    "/sources", "/sql?q=FROM+matrix_latest+LIMIT+5", "/work", "/how", "/login", "/nothing",
)  # fmt: skip


@pytest.fixture(scope="module")
def served(demo: Path) -> Iterator[str]:
    """The program's own server on a free port of this machine."""
    command = [sys.executable, "-m", "app.main", "serve", "--workspace", str(demo), "--port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip().rstrip("/")
    finally:
        process.terminate()
        process.wait(timeout=600)


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", "--no-first-run", "--disable-quic"]  # fmt: skip
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield browser
        browser.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_are_quiet_at_home_and_fit(served: str, chromium: object, lang: str) -> None:
    seen: list[str] = []
    faults: list[str] = []
    for width in (1280, 390):
        context = chromium.new_context(viewport={"width": width, "height": 900})  # type: ignore[attr-defined]
        page = context.new_page()
        page.on("console", lambda message: faults.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda request: seen.append(request.url))
        for address in ADDRESSES:
            page.goto(f"{served}{address}{'&' if '?' in address else '?'}lang={lang}")
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, (address, width)
        context.close()
    expected = [f for f in faults if "404" in f]  # the browser remarks on /nothing
    assert len(expected) == 2
    assert [f for f in faults if f not in expected] == []
    assert {urlsplit(u).netloc for u in seen} == {urlsplit(served).netloc}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_pass_the_accessibility_checker(served: str, chromium: object, lang: str) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)  # type: ignore[attr-defined]
    page = context.new_page()
    for address in ADDRESSES:
        page.goto(f"{served}{address}{'&' if '?' in address else '?'}lang={lang}")
        page.evaluate(AXE)
        result = page.evaluate("axe.run()")
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
