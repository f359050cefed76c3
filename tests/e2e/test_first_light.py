"""The whole house once: harvested from both services, every figure equals what was planted; then a year later again."""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path

import duckdb
import pytest

from app.matrix.data import read_picture
from app.matrix.explain_text import sentences
from app.matrix.sheet import draw_matrix
from etl.fetch import landing
from etl.sources.registry import source as source_named
from etl.sources.settings import load_settings
from office.corpus.corpus import Corpus
from tests.corpora import full
from warehouse.publish import connect_snapshot, current
from warehouse.workspace import Workspace

FIRST, SECOND = date(2021, 5, 31), date(2022, 5, 31)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return full()


def assert_planted(corpus: Corpus, con: duckdb.DuckDBPyConnection, run_id: int, on: date) -> None:
    """Every numerator, denominator, term, K, D and strategy equals the corpus's own plain count."""
    measured = con.execute(
        "SELECT technology_id, indicator, numerator, denominator FROM run_indicators WHERE run_id = ?", [run_id]
    ).fetchall()
    shares: dict[str, dict[str, tuple[float, float]]] = {}
    for technology, indicator, numerator, denominator in measured:
        shares.setdefault(technology, {})[indicator] = (numerator, denominator)
    found = con.execute(
        "SELECT technology_id, capability, dynamics_raw, dynamics, strategy FROM run_placements"
        " WHERE run_id = ? AND frame = 'relative'",
        [run_id],
    ).fetchall()
    placed = {row[0]: row[1:] for row in found}
    for truth in corpus.expected(on):
        assert shares[truth.technology] == {
            "applications": truth.applications, "citations": truth.citations,
            "claims": truth.claims, "pct": truth.pct,
        }, truth.technology  # fmt: skip
        capability, raw, dynamics, strategy = placed[truth.technology]
        assert raw == sum(w * n for w, n in zip((4, 3, 2, 1), truth.terms, strict=True))
        assert capability == pytest.approx(truth.capability, abs=1e-12)
        assert dynamics == pytest.approx(truth.dynamics, abs=1e-12)
        assert strategy == truth.strategy


FROM_FIGURE_TO_FAMILIES = """
SELECT n.technology_id, n.indicator, n.numerator, n.denominator, sum(f.focal_weight * e.amount), sum(e.amount)
FROM indicators AS n
JOIN run_families AS f ON f.run_id = n.run_id AND f.technology_id = n.technology_id AND f.focal_weight IS NOT NULL
CROSS JOIN LATERAL (SELECT CASE n.indicator WHEN 'applications' THEN 1 WHEN 'citations' THEN f.forward_citations
    WHEN 'claims' THEN f.claim_count ELSE CASE WHEN f.is_pct THEN 1 ELSE 0 END END AS amount) AS e
WHERE n.run_id = ? GROUP BY ALL
"""
FROM_FAMILY_TO_PAGE = """
SELECT s.publication_number, s.part, s.row_no, s.source, g.path, g.request::VARCHAR, g.status
FROM run_families AS f
JOIN publications AS p ON p.family_key = f.family_key
JOIN source_records AS s ON s.publication_number = p.publication_number AND s.valid_to IS NULL
LEFT JOIN pages AS g ON g.page_id = s.page_id
WHERE f.run_id = ?
"""


def assert_lineage(con: duckdb.DuckDBPyConnection, workspace: Workspace, run_id: int) -> None:
    """Each figure is the sum over its families; each family's records are at their row of a landed answer."""
    figures = con.execute(FROM_FIGURE_TO_FAMILIES, [run_id]).fetchall()
    assert len(figures) == 20 * 4
    for technology, indicator, numerator, denominator, focal, all_families in figures:
        assert (numerator, denominator) == (focal, all_families), (technology, indicator)
    rows = con.execute(FROM_FAMILY_TO_PAGE, [run_id]).fetchall()
    assert all(row[4] is not None for row in rows), "no record without its landed page"
    sample = random.Random(1).sample(rows, 300)
    assert {row[3] for row in sample} == {"epo_ops", "lens"}
    parsed: dict[str, set[tuple[str, str, int]]] = {}
    for number, part, row_no, source, path, request, status in sample:
        if path not in parsed:
            found = source_named(source).parse(landing.read(workspace, path), json.loads(request), status)
            parsed[path] = {(r.publication_number, r.part, r.row_no) for r in found.records}
        assert (number, part, row_no) in parsed[path]


def test_two_refreshes(demo: Path, tmp_path: Path, corpus: Corpus) -> None:
    """The demo is what is held to the plan: its corpus is the office's own."""
    workspace = Workspace.open(demo)
    settings = load_settings(workspace.settings_file)
    con = connect_snapshot(current(workspace))
    runs = con.execute("SELECT run_id, as_of FROM runs WHERE kind = 'refresh' ORDER BY run_id").fetchall()
    assert [as_of for _, as_of in runs] == [FIRST, SECOND]
    (first, _), (second, _) = runs
    assert_planted(corpus, con, first, FIRST)
    assert_planted(corpus, con, second, SECOND)
    with duckdb.connect(str(workspace.core), read_only=True) as core:
        new = dict(
            core.execute("SELECT run_id, count(*) FROM source_records WHERE part = 'biblio' GROUP BY run_id").fetchall()
        )
        asked = dict(core.execute("SELECT run_id, count(*) FROM pages GROUP BY run_id").fetchall())
    assert new[second] < new[first] / 4, "only what is new is fetched"
    assert asked[second] < asked[first]
    shown = sentences(con, first, second, settings, moved_only=True)
    assert any("锂电池隔膜由挖壕转为卡位" in said.zh for said in shown)

    labels = con.execute("SELECT DISTINCT data_label FROM matrix_latest").fetchall()
    assert labels == [("synthetic",)]
    assert_lineage(con, workspace, second)
    topics = con.execute(
        "SELECT count(DISTINCT technology_id) FROM memberships WHERE technology_id LIKE 'ic-%'"
    ).fetchone()
    assert topics is not None
    assert topics[0] >= 3, "the integrated-circuit topics are harvested alike"

    picture = read_picture(con)
    assert picture is not None
    assert len(picture.points) == 20
    draw_matrix(picture, tmp_path / "a.svg")
    draw_matrix(picture, tmp_path / "b.svg")
    text = (tmp_path / "a.svg").read_text()
    assert text == (tmp_path / "b.svg").read_text()
    assert "<text" not in text, "letters are paths: no font of the reader's is needed"
