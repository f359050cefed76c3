"""Within a refresh: what the search does not give is asked for before the merge, and merged with the rest, once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from small_house import CREDENTIALS, FIRST, corpus, small_workspace

from etl.sources.settings import load_settings
from office.service.office import Office
from schedules.runs import measure
from schedules.runs.refresh import refresh
from warehouse.clock import FakeClock
from warehouse.core import Core
from warehouse.publish import connect_snapshot, current


def test_what_changed_is_merged_once_and_the_tables_hold_what_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    merged, merge = [], measure.merge_records
    monkeypatch.setattr(measure, "merge_records", lambda *given: (merged.append(1), merge(*given)))
    with Office(corpus()) as office:
        workspace = small_workspace(tmp_path, office)
        settings = load_settings(workspace.settings_file)
        harvest = settings.harvest.model_copy(update={"enrichment_requests": 12})
        with Core(workspace) as core:
            asking = settings.model_copy(update={"harvest": harvest})
            done = refresh(core, asking, clock=FakeClock(), as_of=FIRST)
    assert done.enriched is not None
    assert done.enriched.landed > 0
    assert len(merged) == 1
    with connect_snapshot(current(workspace)) as con:
        asked, known = con.execute(
            "SELECT count(*), count(*) FILTER (WHERE p.has_legal_event IS NOT NULL) FROM enrichments AS e"
            " JOIN publications AS p USING (publication_number) WHERE e.outcome = 'landed' AND e.purpose = 'legal'"
        ).fetchone()
        assert asked == known > 0
