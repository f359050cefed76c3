"""The report: each form says the same figures as the views, in one language, under its label, and stays harmless."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from app.main import app
from app.matrix.head import latest, of_run
from app.report.content import draw
from app.report.content.compose import compose
from app.report.content.draw import draw_pictures
from app.report.content.facts import gather
from app.report.content.model import Brief, Bullets, Column, Section, Table, Text, every_text, shown
from app.report.kept import report_keeper
from app.report.make import WRITERS, run_before, write_report
from app.report.writers.pdf import write_pdf
from app.report.writers.slides import ROWS, slide_count
from etl.sources.settings import load_settings
from warehouse.publish import connect_snapshot, current
from warehouse.workspace import Workspace
from words.language import say

pytest.importorskip("docx")
pytest.importorskip("pptx")
pytest.importorskip("typst")
HAN = re.compile(r"[\u4e00-\u9fff]")
LABELS = {"zh": "合成数据", "en": "SYNTHETIC DATA"}


@pytest.fixture(scope="module", autouse=True)
def drawn_once(tmp_path_factory):
    """Every report here is about the same run: its pictures are drawn once for each language, and copied."""
    kept = tmp_path_factory.mktemp("pictures")
    real = draw._draw

    def copied(key, brief, facts, con, files):
        mine = [kept / file.name for file in files]
        if not all(file.is_file() for file in mine):
            real(key, brief, facts, con, mine)
        for file, one in zip(files, mine, strict=True):
            shutil.copyfile(one, file)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draw, "_draw", copied)
        yield


@pytest.fixture(scope="module")
def facts(demo):
    ws = Workspace.open(demo)
    con = connect_snapshot(current(ws))
    head = latest(con)
    before = of_run(con, run_before(con, head))
    return gather(con, current(ws), head, before, "relative", load_settings(ws.settings_file)), con


@pytest.fixture(scope="module")
def written(demo, tmp_path_factory):
    """The report in every form and both languages."""
    ws, folder = Workspace.open(demo), tmp_path_factory.mktemp("reports")
    con = connect_snapshot(current(ws))
    head = latest(con)
    before = of_run(con, run_before(con, head))
    settings = load_settings(ws.settings_file)
    files = {(lang, end): folder / f"{lang}{end}" for lang in ("zh", "en") for end in WRITERS}
    for lang in ("zh", "en"):
        chosen = [f for (each, _), f in files.items() if each == lang]
        assert write_report(con, current(ws), head, before, settings, chosen, language=lang)
    return files


def text_of(file: Path) -> str:
    """All text of a written report, whatever its form."""
    if file.suffix == ".html":
        tree = etree.HTML(file.read_text("utf-8")).find("body")
        return "\n".join(t for t in tree.itertext() if t.strip())
    if file.suffix == ".xlsx":
        book = CalamineWorkbook.from_path(file)
        rows = (row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python())
        return "\n".join(str(cell) for row in rows for cell in row)
    with zipfile.ZipFile(file) as parts:
        pages = [
            n for n in parts.namelist() if re.match(r"(word/(document|header|footer)|ppt/slides/slide)\S*\.xml", n)
        ]
        return "\n".join("".join(etree.fromstring(parts.read(n)).itertext()) for n in sorted(pages))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("end", [".docx", ".pptx", ".html"])
def test_each_form_says_what_the_view_says(written, facts, lang, end):
    said = text_of(written[lang, end])
    for row in facts[0].placements:
        assert row[f"name_{lang}"] in said
        assert f"{row['capability']:.3f}" in said
        assert f"{row['probability']:.1%}" in said
    for _, sentence in facts[0].moves:
        assert getattr(sentence, lang) in said
    for query in facts[0].queries:
        assert not query["query_hash"] or query["query_hash"][:16] in said


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("end", [".docx", ".pptx", ".html", ".xlsx"])
def test_each_form_carries_label_run_settings_and_version(written, facts, lang, end):
    said = text_of(written[lang, end])
    head = facts[0].head
    for part in (LABELS[lang], head.as_of.isoformat(), head.settings_hash[:8], facts[0].snapshot, facts[0].version):
        assert part in said, part


def test_an_english_report_has_no_chinese_and_a_chinese_one_no_english_sentence(facts):
    english = [t for t in every_text(compose(facts[0], "en")) if HAN.search(t)]
    assert not english
    chinese = [
        t for t in every_text(compose(facts[0], "zh"))
        if re.search(r"[a-z]{3,} [a-z]{3,} [a-z]{3,}", re.sub("`.*?`", "", t)) and "Settings" not in t and "=" not in t
    ]  # fmt: skip
    assert set(chinese) <= {s["licence"] for s in facts[0].sources}


def test_every_slide_carries_the_warning_and_the_stamp(written, facts):
    with zipfile.ZipFile(written["en", ".pptx"]) as parts:
        slides = [n for n in parts.namelist() if re.match(r"ppt/slides/slide\d+\.xml", n)]
        for name in slides:
            said = "".join(etree.fromstring(parts.read(name)).itertext())
            assert LABELS["en"] in said
            assert facts[0].head.settings_hash[:8] in said
    assert len(slides) == slide_count(compose(facts[0], "en"))


def test_word_and_powerpoint_name_a_font_for_east_asian_text(written):
    with zipfile.ZipFile(written["zh", ".docx"]) as parts:
        assert 'w:eastAsia="Microsoft YaHei"' in parts.read("word/styles.xml").decode()
    with zipfile.ZipFile(written["zh", ".pptx"]) as parts:
        slide = parts.read("ppt/slides/slide2.xml").decode()
    runs = re.findall(r"<a:r>.*?</a:r>", slide, re.S)
    assert runs
    assert all('<a:ea typeface="Microsoft YaHei"/>' in run for run in runs)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_pdf_embeds_its_fonts(written, lang):
    raw = written[lang, ".pdf"].read_bytes()
    assert raw.startswith(b"%PDF-")
    fonts = re.findall(rb"/Type\s*/FontDescriptor.*?endobj", raw, re.S)
    assert fonts
    assert all(re.search(rb"/FontFile[23]?\s", f) for f in fonts)


def test_a_page_needs_nothing_from_elsewhere(written):
    page = written["zh", ".html"].read_text("utf-8")
    assert "<script" not in page
    assert not re.findall(r'(?:src|href)="(?!data:)', page)
    assert "@import" not in page


def test_the_workbook_holds_numbers(written, facts):
    book = CalamineWorkbook.from_path(written["en", ".xlsx"])
    rows = book.get_sheet_by_name("Technologies").to_python()
    at = next(i for i, row in enumerate(rows) if "K" in row)
    found = {row[1]: row[rows[at].index("K")] for row in rows[at + 1 :]}
    assert found == pytest.approx({r["name_en"]: r["capability"] for r in facts[0].placements}, rel=1e-12)


def pages_of(brief: Brief) -> int:
    return write_pdf([brief], None)


@pytest.mark.parametrize("most", [1, 2, 3])
def test_pages_are_not_exceeded_and_the_important_stays(demo, facts, tmp_path, most):
    ws = Workspace.open(demo)
    file = tmp_path / "r.pdf"
    settings = load_settings(ws.settings_file)
    write_report(facts[1], current(ws), facts[0].head, None, settings, [file], language="en", pages=most)
    raw = file.read_bytes()
    count = int(re.search(rb"/Type\s*/Pages\s*/Count\s+(\d+)", raw)[1])
    assert 1 <= count <= most


def test_shortening_takes_the_least_important_first(facts):
    brief = compose(facts[0], "en")
    ranks = [[s.rank for s in brief.shortened(n).sections] for n in range(1, len(brief.sections) + 1)]
    everything = sorted(s.rank for s in brief.sections)
    for n, kept in enumerate(ranks, 1):
        assert sorted(kept) == everything[:n]


HOSTILE = '=1+1 <script>alert(1)</script> #import "/etc/passwd" \x1b[31m \u202eevil \x00 {{ 7*7 }} \ud800 $x$'


def hostile_brief() -> Brief:
    table = Table((Column(HOSTILE), Column("n", "three")), ((HOSTILE, None), (HOSTILE, 0.5)), "T")
    section = Section(HOSTILE, (Text(HOSTILE), Bullets((HOSTILE,)), table), 0)
    return Brief("en", HOSTILE, HOSTILE, HOSTILE, HOSTILE, (section,))


@pytest.mark.parametrize("end", sorted(WRITERS))
def test_hostile_text_is_only_text(tmp_path, end):
    file = tmp_path / f"r{end}"
    WRITERS[end]([hostile_brief()], file)
    if end == ".pdf":
        return
    said = text_of(file)
    assert not re.search("[\x00\x1b\u202e]", said)
    assert "{{ 7*7 }}" in said
    assert "49" not in said
    if end == ".html":
        assert "<script" not in file.read_text("utf-8")
    if end == ".xlsx":
        with zipfile.ZipFile(file) as parts:
            assert not any(
                "<f>" in parts.read(n).decode("utf-8", "replace") for n in parts.namelist() if n.endswith("xml")
            )


def test_unknown_is_a_dash_and_not_a_zero():
    assert shown(None, "percent") == "–"
    assert shown(0.0, "percent") == "0.0%"
    assert shown("", "text") == ""


def test_long_tables_go_over_several_slides():
    table = Table((Column("n", "whole"),), tuple((i,) for i in range(2 * ROWS + 1)), "T")
    brief = Brief("en", "t", "s", "x", None, (Section("a", (table,), 0),))
    assert slide_count(brief) == 1 + 3


def test_a_real_run_has_no_warning_and_a_what_if_says_so(facts):
    real = replace(facts[0], head=replace(facts[0].head, data_label="real"))
    assert compose(real, "en").warning is None
    what_if = replace(facts[0], head=replace(facts[0].head, origin="adhoc", label="japan"))
    assert "WHAT-IF: japan" in compose(what_if, "en").title
    assert "假设情形" in compose(what_if, "zh").title


def test_the_command_writes_all_forms_and_names_what_is_wrong(demo, tmp_path):
    runner = CliRunner()
    ask = ["report", "-w", str(demo), "-o", str(tmp_path / "r.html")]
    assert runner.invoke(app, ask).exit_code == 0
    assert (tmp_path / "r.html").is_file()
    assert not list(tmp_path.glob("partial-*"))
    wrong = runner.invoke(app, ["report", "-w", str(demo), "-o", "r.odt"])
    assert wrong.exit_code == 2
    assert "the ending decides the form" in " ".join(wrong.output.split())
    early = runner.invoke(app, [*ask, "--since", "1990-01-01"])
    assert early.exit_code == 2


def test_without_the_extra_the_page_is_written_and_the_rest_says_what_to_install(demo, tmp_path, monkeypatch):
    lacking = "import sys; sys.modules['typst'] = sys.modules['docx'] = sys.modules['pptx'] = None\n"
    undrawn = "from app.report.content import draw; draw._draw = lambda *_: None\n"  # before what is missing is missed
    asked = [sys.executable, "-c", f"{lacking}{undrawn}from app.main import main; main()", "report", "-w", str(demo)]
    done = subprocess.run([*asked, "-o", str(tmp_path / "r.docx")], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install 'stuckneck[report]'" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    for name in ("typst", "docx", "pptx"):
        monkeypatch.setitem(sys.modules, name, None)
    assert CliRunner().invoke(app, ["report", "-w", str(demo), "-o", str(tmp_path / "r.html")]).exit_code == 0


def test_pictures_are_drawn_in_the_reports_language(facts, tmp_path):
    brief = draw_pictures(compose(facts[0], "zh"), facts[0], facts[1], tmp_path)
    drawn = [b for s in brief.sections for b in s.blocks if hasattr(b, "files")]
    assert [d.key for d in drawn] == ["matrix", "history"]
    assert all(file.stat().st_size > 10_000 for d in drawn for file in d.files.values())
    assert say("In short", "zh") != "In short"


def test_a_run_leaves_its_report_and_a_missing_extra_is_only_said(demo, tmp_path, monkeypatch, caplog):
    folder = tmp_path / "watch"
    shutil.copytree(demo, folder, ignore=shutil.ignore_patterns("landing", "core.duckdb*", "reports"))
    with (folder / "stuckneck.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[report]\nformats = ["html", "docx"]\nlanguage = "zh"\n')
    ws = Workspace.open(folder)
    monkeypatch.setitem(sys.modules, "docx", None)
    done = report_keeper(ws)()
    assert [f.suffix for f in done] == [".html"]
    assert "合成数据" in text_of(done[0])
    assert "pip install 'stuckneck[report]'" in caplog.text
    written_at = done[0].stat().st_mtime_ns
    monkeypatch.undo()
    again = report_keeper(ws)()
    assert [f.suffix for f in again] == [".html", ".docx"]
    assert again[0].stat().st_mtime_ns == written_at


def test_nothing_is_written_before_something_is_placed(tmp_path):
    (tmp_path / "stuckneck.toml").write_text("", encoding="utf-8")
    assert report_keeper(Workspace(tmp_path))() == []
