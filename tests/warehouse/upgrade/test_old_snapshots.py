"""A snapshot that an earlier version of the program published: a sentence for readers, and its ledger still reads."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from warehouse.migrate import migrate
from warehouse.publish import SnapshotTooOldError, connect_snapshot


def test_a_snapshot_of_an_earlier_version_is_a_sentence_and_still_tells_its_runs(tmp_path: Path) -> None:
    file = tmp_path / "snapshot-000007.duckdb"
    with duckdb.connect(str(file)) as con:
        migrate(con)
        con.execute("DELETE FROM schema_migrations WHERE version = (SELECT max(version) FROM schema_migrations)")
    with pytest.raises(SnapshotTooOldError, match=r"earlier version of stuckneck.*stuckneck place"):
        connect_snapshot(file)
    with connect_snapshot(file, any_version=True) as old:
        assert old.execute("SELECT count(*) FROM runs").fetchall() == [(0,)]
