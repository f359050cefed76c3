"""Answers of Lens and OPS saved to a file: imported as those sources' records, or refused with the reason."""

import json
import os
from pathlib import Path

import pytest

from etl.load.files.answers import answer_source, dry_run_files
from etl.load.files.imports import import_files
from warehouse import ledger
from warehouse.clock import SystemClock
from warehouse.core import Core
from warehouse.workspace import Workspace

DATA = Path(__file__).parents[3] / ".." / "shared" / "data"
GOLDEN = Path(__file__).parent / "golden" / "saved_answers.json"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the recorded answers (../shared/data) are not here")


def answers():
    names = sorted(p for folder in ("lens_api", "epo_ops/patent-dev", "epo_ops/odd") for p in (DATA / folder).iterdir())
    return [p for p in names if p.suffix in {".xml", ".json", ".jsonl"}]


def test_reports_equal_the_golden_ones():
    found = {}
    for path in answers():
        (report,) = dry_run_files([path])
        kept = report.to_dict(examples=False)
        found[path.relative_to(DATA).as_posix()] = {
            name: kept[name] for name in ("kind", "rows", "records", "usable", "rejected", "refused")
        }
    if os.environ.get("STUCKNECK_WRITE_GOLDEN"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert found == json.loads(GOLDEN.read_text("utf-8"))


def test_counts_are_those_of_the_notes_beside_the_files():
    counts = {}
    for name in (
        "biopoly_broken1.jsonl",
        "lens_WO2013121230A1_full.json",
        "lens_docs_sample_EP2471949A1_response.json",
    ):
        (report,) = dry_run_files([DATA / "lens_api" / name])
        counts[name] = (report.kind, report.rows, report.records, report.usable["claims"])
    assert counts["biopoly_broken1.jsonl"][:3] == ("lens", 10, 9)  # the fourth line is no JSON
    assert counts["lens_WO2013121230A1_full.json"][:3] == ("lens", 1, 1)
    assert counts["lens_docs_sample_EP2471949A1_response.json"][:3] == ("lens", 1, 1)


def load(tmp_path, *files):
    (tmp_path / "stuckneck.toml").touch()
    ws = Workspace(tmp_path)
    ws.make_folders()
    now = SystemClock().now()
    with Core(ws, purpose="import") as core:
        run = ledger.start(core.con, "import", now=now)
        done = import_files(core.con, ws, run.run_id, files, "chip", now=now)
        hits = core.con.execute(
            "SELECT source, publication_number FROM source_hits WHERE technology_id = 'chip' AND query_hash = 'import'"
            " ORDER BY ALL"
        ).fetchall()
        rejects = core.con.execute("SELECT file, row_no, reason FROM rejects ORDER BY reject_id").fetchall()
        parts = core.con.execute(
            "SELECT DISTINCT publication_number FROM source_records WHERE publication_number NOT IN"
            " (SELECT publication_number FROM source_records WHERE part = 'biblio')"
        ).fetchall()
        sources = core.con.execute("SELECT source, is_synthetic FROM sources ORDER BY source").fetchall()
    return done, hits, rejects, parts, sources


def test_a_saved_answer_is_loaded_as_its_services_records(tmp_path):
    ops = DATA / "epo_ops" / "patent-dev"
    done, hits, rejects, parts, sources = load(
        tmp_path, DATA / "lens_api" / "biopoly_broken1.jsonl", ops / "get_biblio_multiple.xml", ops / "get_legal.xml",
        ops / "search.xml",
    )  # fmt: skip
    assert [(d.kind, d.rows, d.records, d.rejects, d.refused is None) for d in done] == [
        ("lens", 10, 9, 1, True),
        ("epo_ops", 3, 3, 0, True),
        ("epo_ops", 0, 0, 1, False),
        ("epo_ops", 0, 0, 1, False),
    ]
    assert len(hits) == 12
    assert sources == [("epo_ops", False), ("lens", False)]
    assert parts == []  # nothing is kept without what it is said about
    assert [(file, row) for file, row, _ in rejects] == [
        ("biopoly_broken1.jsonl", 4),
        ("get_legal.xml", None),
        ("search.xml", None),
    ]
    assert rejects[0][2].startswith("biopoly_broken1.jsonl: Line 4 is not JSON")
    assert "only: publication numbers); save the answer to a request that ends in /biblio" in rejects[2][2]


def test_an_abstract_alone_does_not_replace_a_fuller_record():
    (report,) = dry_run_files([DATA / "epo_ops" / "patent-dev" / "get_abstract.xml"])
    assert report.records == 0
    assert "only: abstracts" in report.refused


def test_what_is_no_answer_is_left_to_the_other_readers(tmp_path):
    for name in (
        "lens_csv/lens2021_bird_engine.csv",
        "docdb_xml/DE-backfile.xml",
        "docdb_xml/WO-2022259205-A1_544370561.xml",
    ):
        assert answer_source(DATA / name) is None
    google = tmp_path / "g.ndjson"
    google.write_text('{"publication_number": "US-1-A"}\n')
    assert answer_source(google) is None
