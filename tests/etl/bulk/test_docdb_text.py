"""Documents of bulk files read from their text give exactly what libxml2's tree gives, or are left to it.

``STUCKNECK_FUZZ`` sets how many mutated files are compared; the seed is fixed, so a failure names its own number.
"""

# ruff: noqa: E501 - the mutations are read as lists

from __future__ import annotations

import contextlib
import io
import os
import random
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from etl.bulk import docdb
from etl.bulk.documents import Layout, Member, Piece, cut, read_layout
from etl.records import PageRefusedError, Parsed
from tests.benchmarks import made_docdb
from tests.etl.fuzz import mutate
from tests.etl.fuzz.structured import structured

DATA = Path(__file__).parents[3] / ".." / "shared" / "data" / "docdb_xml"
COUNT = max(int(os.environ.get("STUCKNECK_FUZZ", "1500")), 200)


def facts(parsed: Parsed) -> tuple[Any, ...]:
    return [asdict(r) for r in parsed.records], [asdict(r) for r in parsed.rejects], parsed.total, parsed.withdrawn


def _pieces(member: Member, layout: Layout, first: bytes) -> Iterator[Piece]:
    """The pieces up to where the file breaks off."""
    with contextlib.suppress(PageRefusedError):
        yield from cut(member, layout, first, 20_000)


def same(content: bytes, what: object) -> int:
    """Compare both ways piece by piece; return how many documents were read from their text."""
    member, row, taken = Member("file.xml", io.BytesIO(content)), 1, 0
    try:
        layout, first = read_layout(member)
    except PageRefusedError:
        return 0
    for piece in _pieces(member, layout, first):
        tree = docdb.parse_tree(piece, layout, row, "file.xml") if piece.damaged is None else None
        text = docdb.parse_piece(piece, layout, row, "file.xml")
        if tree is not None:
            assert facts(text[0]) == facts(tree[0]), what
            assert text[1] == tree[1], what
            plain = docdb.text_of(piece.data) or ""
            taken += sum(
                docdb._READER.read(d.lstrip(" \n\t")) is not None for d in plain.split("</exch:exchange-document>")[:-1]
            )
        row = text[1]
    return taken


@pytest.fixture(scope="module")
def seeds() -> list[bytes]:
    rng = random.Random(3)
    head, end = made_docdb._HEAD.format(count=3).encode(), made_docdb.TAIL.encode()
    made = [head + "".join(made_docdb.document(rng, n) for n in range(3)).encode() + end for _ in range(5)]
    return made + [file.read_bytes() for file in sorted(DATA.glob("*.xml"))]


def test_documents_are_read_from_their_text(seeds: list[bytes]):
    assert [same(seed, n) for n, seed in enumerate(seeds)][:6] == [3, 3, 3, 3, 3, 10][: len(seeds)]


def test_mutated_files(seeds: list[bytes]):
    taken = 0
    for number in range(COUNT):
        rng = random.Random(number)
        content = rng.choice(seeds)
        content = structured(rng, content) if rng.random() < 0.75 else mutate.of_xml(rng, content)
        taken += same(content, f"input {number}") > 0
    assert taken > COUNT / 4, "hardly any mutation reached the shortcut"


ODD = [
    (b"<!-- ", b" -->"), (b"<![CDATA[", b"]]>"), (b"<?x ", b" ?>"), (b"<b>", b"</b>"), (b'<b c="', b'"/>'), (b"text ", b" text"), (b"<b/>", b""),
    (b'<b xmlns:exch="urn:other">', b"</b>"), (b"&alpha;", b""), (b"\x00", b""), (b"", b"</b>"), (b"\r\n\t ", b"\r\n"), (b"<exch:exchange-document>", b""),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), ODD)
@pytest.mark.parametrize("count", [1, 2])
def test_what_stands_around_documents(seeds: list[bytes], before: bytes, after: bytes, count: int):
    content, end = seeds[0], b"</exch:exchange-document>"
    start = content.find(end) + len(end)
    stop = start
    for _ in range(count):
        stop = content.find(end, stop) + len(end)
    same(content[:start] + before + content[start:stop] + after + content[stop:], (before, count))


@pytest.mark.parametrize(
    "change",
    [
        (b"http://www.epo.org/exchange", b"urn:other"), (b"xmlns:exch", b'xmlns="urn:x" xmlns:exch'), (b"xmlns:exch", b"xmlns:other"), (b"UTF-8", b"ISO-8859-1"),
        (b"exch:", b"x:"), (b'status="A"', b'status="D"'), (b'date-publ="', b'date-publ="9'), (b'kind="A"', b'kind="A" kind="B"'), (b'country="', b'country="x'),
    ],
)  # fmt: skip
def test_other_heads_and_attributes(seeds: list[bytes], change: tuple[bytes, bytes]):
    same(seeds[0].replace(*change), change)
