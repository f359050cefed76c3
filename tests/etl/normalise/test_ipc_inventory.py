"""Which IPC subclasses there were, and when: the packaged facts, and WIPO's whole file beside the repository."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from etl.load.merged.merge import rebuild
from etl.normalise.ipc import moves
from etl.normalise.ipc_inventory import (
    KNOWN_UP_TO,
    Life,
    is_inventory,
    never_existed,
    read_inventory,
    subclasses,
    that_existed,
)
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


def test_lines_of_the_inventory() -> None:
    lines = ["\ufeffA01B;19680901;-", "", "H01L0021020000;19680901;-", "H01L0027108000;19900101;20221231", "H99;x;y",
             "H01L0021030000;20250199;-"]  # fmt: skip
    assert list(read_inventory(lines)) == [
        ("A01B", Life(date(1968, 9, 1), None)), ("H01L21/02", Life(date(1968, 9, 1), None)),
        ("H01L27/108", Life(date(1990, 1, 1), date(2022, 12, 31))), "H99;x;y", "H01L0021030000;20250199;-",
    ]  # fmt: skip
    assert is_inventory("\ufeffA01B;19680901;-\r\nA01B0001000000;19680901;-\r\nA01B0001020000;19680901;-\r\n".encode())
    assert not is_inventory(b"symbol;from;to\nA01B;19680901;-\nA01B0001000000;19680901;-\n")
    assert not is_inventory(b"A01B;19680901;-\n")


@pytest.mark.skipif(not WIPO.is_dir(), reason="WIPO's inventory (../shared/data/more/10_ipc) is not here")
def test_every_line_of_wipos_file_is_read() -> None:
    path = next(WIPO.glob("*inventory*.csv"))
    with path.open("rb") as stream:
        assert is_inventory(stream.read(256))
    found = [item for item in read_inventory(path.read_text("utf-8-sig").splitlines()) if not isinstance(item, str)]
    assert len(found) == 92_337
    assert len({symbol for symbol, _ in found}) == 92_337
    lives = dict(found)
    assert lives["H01L27/108"] == Life(date(1990, 1, 1), date(2022, 12, 31))
    assert lives["H10B10/00"].began == date(2023, 1, 1)
    assert sum(life.ended is not None for life in lives.values()) == 12_644
