"""Which IPC subclasses there were, and when: the packaged facts, and WIPO's whole file beside the repository."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from etl.load.merged.merge import rebuild
from etl.normalise.ipc import moves
from etl.normalise.ipc_inventory import KNOWN_UP_TO, Life, never_existed, subclasses, that_existed
from warehouse.migrate import migrate

WIPO = Path(__file__).parents[3] / ".." / "shared" / "data" / "more" / "10_ipc"


def test_a_made_subclass_is_told_from_an_old_one() -> None:
    known = subclasses()
    assert known["H01L"] == Life(date(1968, 9, 1), None)
    assert known["H10B"] == Life(date(2023, 1, 1), None)
    assert known["H10P"].began > KNOWN_UP_TO  # an edition behind WIPO's file, known by its move
    assert set(moves()) <= set(known)
    assert set(moves().values()) <= set(known)


def test_subclasses_that_never_were() -> None:
    day = date(2015, 1, 1)
    assert that_existed(["H01L21/02", "H01X1/00", "A61K39/00", "G00F"], day) == (
        ["H01L21/02", "A61K39/00"],
        ["H01X1/00", "G00F"],
    )
    assert not never_existed("H01X1/00", None)  # an edition to come may have made it
    assert not never_existed("H01X1/00", date(2030, 1, 1))


def test_the_warehouse_has_them() -> None:
    con = duckdb.connect()
    migrate(con)
    rebuild(con, {})
    rows = con.execute("SELECT * FROM ipc_subclasses ORDER BY subclass").fetchall()
    assert [row[0] for row in rows] == list(subclasses())
    assert ("H10B", date(2023, 1, 1), None, "H01L") in rows


@pytest.mark.skipif(not WIPO.is_dir(), reason="WIPO's inventory (../shared/data/more/10_ipc) is not here")
def test_equal_to_wipos_file() -> None:
    stated: dict[str, tuple[str, str]] = {}
    for line in next(WIPO.glob("*inventory*.csv")).read_text("utf-8-sig").splitlines():
        symbol, began, ended = line.split(";")
        if len(symbol) == 4:
            stated[symbol] = (began, ended)
        else:  # a group is in a subclass that was there
            assert symbol[:4] in subclasses()
    packaged = {
        code: (f"{life.began:%Y%m%d}", f"{life.ended:%Y%m%d}" if life.ended else "-")
        for code, life in subclasses().items()
        if code in stated
    }
    assert packaged == stated
    assert set(subclasses()) - set(stated) == {code for code in moves() if subclasses()[code].began > KNOWN_UP_TO}
