"""A watch that has BigQuery alone: all four shares of every technology are those of the corpus, now and later."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from analytics.matrix.place import Placement
from app.watch.init import write_workspace
from etl.sources.settings import load_settings
from office.corpus.corpus import Corpus
from office.corpus.expected import citing_dates
from office.service.office import Office
from schedules.runs.refresh import refresh
from tests.corpora import small
from tests.etl.sources.service_account import VARIABLE, key
from warehouse.clock import SkippingClock
from warehouse.core import Core
from warehouse.workspace import Workspace

pytestmark = pytest.mark.slow
FIRST, SECOND = date(2021, 5, 31), date(2021, 9, 30)
Shares = dict[str, tuple[float, float]]


def planted(corpus: Corpus, technology: str, on: date, citing: dict[int, dict[int, date]]) -> Shares:
    """Focal and whole count of each indicator, counted in the corpus: every family with a visible publication."""
    counts = {name: [0, 0] for name in ("applications", "citations", "claims", "pct")}
    for family in corpus.families:
        visible = sorted((p for p in family.publications if p.visible(on)), key=lambda p: (p.date, p.country, p.number))
        if technology not in family.technologies or family.role == "stray" or not visible:
            continue
        stated = next((p.claims for p in visible if p.claims is not None), None)
        amounts = {
            "applications": 1, "citations": len(citing.get(family.index, {})), "claims": stated or 0,
            "pct": int(any(p.country == "WO" for p in visible)),
        }  # fmt: skip
        for name, amount in amounts.items():
            counts[name][0] += amount if family.country == "CN" else 0
            counts[name][1] += amount
    return {name: (ours, every) for name, (ours, every) in counts.items()}


def assert_planted(corpus: Corpus, placement: Placement, on: date) -> None:
    citing = citing_dates(corpus.families, on)
    measured = placement.measurement.technologies
    assert len(measured) == 20
    for own in measured:
        found = {i.indicator: (i.numerator, i.denominator) for i in own.indicators}
        assert found == planted(corpus, own.technology_id, on, citing), own.technology_id
        assert {i.indicator for i in own.indicators if i.coverage == 1} >= {"applications", "pct", "citations"}


def test_all_shares_from_bigquery_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = small()
    with Office(corpus) as office:
        monkeypatch.setenv(VARIABLE, key(office.addresses.google_bigquery))
        workspace = Workspace(tmp_path)
        write_workspace(tmp_path)
        workspace.settings_file.write_text(
            "[sources]\nsynthetic = true\n[sources.epo_ops]\nenabled = false\n[sources.lens]\nenabled = false\n"
            f'[sources.google_bigquery]\nenabled = true\nbase_url = "{office.addresses.google_bigquery}"\n'
            "[harvest]\ntopics = false\nenrichment_requests = 0\n"
            '[place]\nscreening = "open"\nbootstrap_draws = 0\nnetwork = false\n'
        )
        settings = load_settings(workspace.settings_file)
        with Core(workspace) as core:
            first = refresh(core, settings, clock=SkippingClock(), as_of=FIRST)
            assert first.placement is not None
            assert_planted(corpus, first.placement, FIRST)
            office.advance(SECOND)
            second = refresh(core, settings, clock=SkippingClock(), as_of=SECOND)
            assert second.placement is not None
            assert_planted(corpus, second.placement, SECOND)
            gone = core.con.execute(
                "SELECT count(DISTINCT publication_number) FROM source_hits WHERE withdrawn_run > 0"
            )
            assert gone.fetchone() == (1,), "what the table no longer has is taken back"
            again = refresh(core, settings, clock=SkippingClock(), as_of=SECOND)
            assert again.placement is not None
            assert_planted(corpus, again.placement, SECOND)
        assert len(office.bigquery.billed) == 2, "a job for each state of the table"
