"""What a source may do wrong, one row each, through both services: data is kept, a person is informed, the run ends.

Each row changes what the simulated office answers over its loopback server after a good refresh has been published.
Then `stuckneck refresh` runs by a clock on which waiting takes no time. Held for every row: it ends, by that clock
within an hour, with one of the exit codes named, without a traceback; nothing is withdrawn; no figure is published
that rests on fewer publications; the cursor does not pass the as-of date; and where the answer was no good the
command's words or an alert say so. docs/misbehaviour.md shows what came of each row, and is held to it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from office.service.office import Office
from tests.misbehaviour.house import Lived, live
from tests.misbehaviour.page import FILE, line
from tests.misbehaviour.table import BOTH, CASES, DOUBTED, OK, PARKED, SOURCE, TABLE, Row

LONGEST = 3600.0


def hold(row: Row, lived: Lived) -> None:
    """Hold what came of a row to what must come of it."""
    assert lived.exception is None or isinstance(lived.exception, SystemExit), repr(lived.exception)
    assert "Traceback" not in lived.output
    exits = (OK, SOURCE) if row.exits == (OK,) and row.says == DOUBTED else row.exits
    assert lived.exit_code in exits, (lived.exit_code, lived.output)
    assert lived.waited <= LONGEST, "it ends"
    assert lived.withdrawn == 0
    assert lived.lost == 0, "nothing published rests on less"
    assert not lived.cursor_is_late, "the cursor never passes the as-of date"
    assert re.search(row.says, f"{lived.output} {' '.join(lived.alerts)}"), (lived.output, lived.alerts)
    assert lived.state == {OK: "succeeded", PARKED: "parked"}.get(lived.exit_code, "failed")


@pytest.mark.slow  # a second or two each, a hundred of them
@pytest.mark.parametrize(("row", "source"), CASES, ids=[f"{source}: {row.what}" for row, source in CASES])
def test_misbehaviour(
    row: Row, source: str, office: Office, published: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived = live(row, source, office, published[source], tmp_path / "workspace", monkeypatch)
    hold(row, lived)
    assert line(row, source, lived) in FILE.read_text(encoding="utf-8").splitlines(), "run `make docs-misbehaviour`"


def test_there_are_forty_of_them_and_both_services_are_tried() -> None:
    assert len({row.what for row in TABLE}) == len(TABLE) >= 40
    assert all(sum(source in row.sources for row in TABLE) >= 40 for source in BOTH)


def test_the_page_has_a_line_for_each() -> None:
    written = FILE.read_text(encoding="utf-8")
    missing = [(row.what, source) for row, source in CASES if f"\n| {row.what} | {source} |" not in written]
    assert not missing, "run `make docs-misbehaviour`"
