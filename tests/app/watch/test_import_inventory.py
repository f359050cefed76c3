"""WIPO's inventory of IPC symbols as a file people import: of no technology, the latest counts, taken back by undo."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from app.main import app
from app.watch.init import write_workspace
from warehouse.core import Core

LINES = "A01B;19680901;-\nA01B0001000000;19680901;-\nH01L0027108000;19900101;20221231\n"


def _run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(w) for w in words])
    return done.exit_code, done.stdout + done.stderr


def test_the_inventory_is_imported_and_taken_back(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    workspace, _ = write_workspace(folder)
    first, second = tmp_path / "inventory.csv", tmp_path / "anything.txt"
    first.write_text(LINES, encoding="utf-8-sig")
    second.write_text(LINES + "H10B;20230101;-\nno symbol\n", encoding="utf-8")

    code, said = _run("import", first, "--dry-run", "-w", folder)
    assert (code, "3 rows, 3 records" in said) == (0, True)
    assert _run("import", first, "-w", folder)[0] == 0  # no technology is needed
    code, said = _run("import", second, "-w", folder, "--json")
    (row,) = json.loads(said)
    assert (code, row["kind"], row["rows"], row["records"], row["lost"]) == (0, "ipc_inventory", 5, 4, 1)

    def counts(core: Core) -> list[tuple[object, ...]]:
        return core.con.execute(
            "SELECT page_id, count(*), count(ended) FROM ipc_symbols GROUP BY 1 ORDER BY 1"
        ).fetchall()

    with Core(workspace) as core:
        assert [(n, ended) for _, n, ended in counts(core)] == [(3, 1), (4, 1)]
        assert core.con.execute("SELECT count(*) FROM rejects").fetchall() == [(1,)]
    assert _run("import", "--undo", row["run"], "-w", folder)[0] == 0
    with Core(workspace) as core:
        assert [(n, ended) for _, n, ended in counts(core)] == [(3, 1)]
        assert core.con.execute("SELECT count(*) FROM rejects").fetchall() == [(0,)]
