"""Documents read from their text give exactly what libxml2's tree gives, or are left to it: mutation by mutation.

``STUCKNECK_FUZZ`` sets how many mutated pages are compared; the seed is fixed, so a failure names its own number.
"""

# ruff: noqa: E501 - the odd places are read as a list

from __future__ import annotations

import os
import random
import time
from dataclasses import asdict
from datetime import date
from typing import Any

import pytest

from etl.records import PageRefusedError
from etl.sources.epo_ops import parse as ops
from etl.sources.epo_ops.shortcut import Documents, shorten
from office.corpus.corpus import build_corpus
from office.service import ops_xml
from tests.benchmarks.bench_parse import page
from tests.etl.fuzz import mutate
from tests.etl.fuzz.structured import structured
from tests.etl.sources.recorded import DATA, needs_data

COUNT = max(int(os.environ.get("STUCKNECK_FUZZ", "1500")), 200)
ON = date(2024, 5, 31)
LARGEST = 40_000  # bytes of a seed: larger ones only cost time


def read(content: bytes, documents: Documents) -> tuple[Any, ...]:
    """All that one way of reading gives: records, rejects, total and drift, or the reason for refusing."""
    try:
        parsed = ops._read(content, documents, look=True)
    except PageRefusedError as refused:
        return ("refused", str(refused))
    return [asdict(r) for r in parsed.records], [asdict(r) for r in parsed.rejects], parsed.total, parsed.leftover


def both(content: bytes) -> tuple[tuple[Any, ...], tuple[Any, ...], int]:
    """(by libxml2 alone, by the shortcut, how many documents it took)."""
    short, known = shorten(content)
    return read(content, Documents(())), read(short, Documents(known)), len(known)


def same(content: bytes, what: object) -> int:
    tree, text, taken = both(content)
    if taken and text[0] == "refused":
        assert tree[0] == "refused", f"{what}: the shortened page is refused, the whole one is not: {text}"
    else:
        assert text == tree, f"{what}: {taken} documents read from their text"
    return taken


def recorded() -> dict[str, bytes]:
    files = sorted(DATA.glob("epo_ops/**/*.xml")) if DATA.is_dir() else []
    return {file.name: file.read_bytes() for file in files}


@pytest.fixture(scope="module")
def seeds() -> list[bytes]:
    corpus = build_corpus(families_per_technology=60, with_topics=False)
    found = [(corpus.families[p.family], p) for p in corpus.publications if p.date <= ON]
    documents = [ops_xml.exchange_document(f, p, ON) for f, p in random.Random(1).sample(found, 3)]
    generated = [ops_xml.search("ti=x", 3, 1, 3, documents, 3), page(2), page(2, indented=False)]
    return generated + [c for c in recorded().values() if len(c) <= LARGEST and b"<exchange-document " in c]


@needs_data
def test_every_recorded_document_is_read_from_its_text():
    taken = {name: (same(content, name), content.count(b"<exchange-document ")) for name, content in recorded().items()}
    assert {name: counts for name, counts in taken.items() if counts[0] != counts[1]} == {}
    assert sum(counts[0] for counts in taken.values()) > 30


def test_generated_pages(seeds: list[bytes]):
    assert same(page(5), "indented") == same(page(5, indented=False), "compact") == 5
    assert same(seeds[0], "simulated office") == 3


def test_mutated_pages(seeds: list[bytes]):
    taken = 0
    for number in range(COUNT):
        rng = random.Random(number)
        content = rng.choice(seeds)
        content = structured(rng, content) if rng.random() < 0.75 else mutate.of_xml(rng, content)
        taken += same(content, f"input {number}") > 0
    assert taken > COUNT / 4, "hardly any mutation reached the shortcut"


HIDDEN = [
    (b"<!-- ", b" -->"), (b"<![CDATA[", b"]]>"), (b"<?x ", b" ?>"), (b'<a b="', b'"/>'), (b"<a " * 300, b"/>"), (b"<a>" * 2050, b"</a>" * 2050),
    (b"<a>" * 250, b"</a>" * 250), (b'<a xmlns="urn:other">', b"</a>"), (b"text ", b" text"), (b"<exchange-document country='CN'>", b"</exchange-document>"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), HIDDEN)
def test_documents_in_odd_places(before: bytes, after: bytes):
    whole = page(3, indented=False)
    start = whole.find(b"<exchange-document ", whole.find(b"</exchange-document>"))
    end = whole.find(b"</exchange-document>", start) + len(b"</exchange-document>")
    same(whole[:start] + before + whole[start:end] + after + whole[end:], before)


@pytest.mark.parametrize("depth", range(240, 260, 2))
@pytest.mark.parametrize("limit", [0, 1792])
def test_the_limit_of_depth_is_the_same(depth: int, limit: int):
    content, depth = page(1, indented=False), depth + limit
    start, end = content.find(b"<exchange-document "), content.find(b"</exchange-documents>")
    same(content[:start] + b"<p>" * depth + content[start:end] + b"</p>" * depth + content[end:], depth)


def test_a_page_with_the_shortcut_s_own_mark_is_left_to_libxml2():
    content = page(2).replace(b"<exchange-documents>", b'<exchange-documents><exchange-document system="stuckneck:0"/>')
    assert shorten(content)[1] == []


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "utf-8-sig", "cp1252"])
def test_other_encodings(encoding: str):
    text = page(2).decode().replace("\u2002", "é")
    same(text.encode(encoding), encoding)
    same(text.replace("UTF-8", encoding).encode(encoding), encoding)
    same(b"\xef\xbb\xbf" + text.replace("UTF-8", encoding).encode(), encoding)


@pytest.mark.parametrize("filler", [
    b" ", b"\n", b"<p>", b"<text>a", b"&amp;", b"</p>", b"]", b'<citation sequence="1">', b"<name>a</name>",
    b"</patent-classifications><patent-classifications>", b"<text>a</text></classification-ipc><classification-ipc>",
    b"</bibliographic-data></exchange-document><exchange-document ", b"</parties><parties>",
])  # fmt: skip
@pytest.mark.parametrize("section", [b"<patent-classifications>", b"<parties>", b'<abstract lang="en">'])
def test_time_is_linear(filler: bytes, section: bytes):
    content = page(1, indented=False).replace(section, section + filler * (4_000_000 // len(filler)))
    start = time.process_time()
    shorten(content)
    assert time.process_time() - start < 5
