"""Mutated answers of OPS and Lens through their parsers: records or a reason, no crash, no hang.

The seeds are answers of the simulated office, and the recorded ones where they are at hand. ``STUCKNECK_FUZZ`` sets how
many inputs are tried over all parsers (see `test_fuzz`); each of the two gets a tenth on top of it.
"""

from __future__ import annotations

import json
import os
import random
import time
from datetime import date

import pytest

from etl.records import PageRefusedError
from etl.sources.epo_ops.answers.parse import parse as parse_ops
from etl.sources.lens.parse import parse as parse_lens
from office.service import lens_record, ops_document, ops_xml
from tests.corpora import small
from tests.etl.fuzz import mutate
from tests.etl.sources.recorded import DATA

COUNT = max(int(os.environ.get("STUCKNECK_FUZZ", "1500")) // 10, 100)
SECONDS = 20.0  # of processor time: far above what an input takes, and far under what a hang would
ON = date(2024, 5, 31)
LARGEST = 40_000  # bytes of a recorded seed: larger ones only cost time


@pytest.fixture(scope="module")
def published():
    corpus = small()
    found = [(corpus.families[p.family], p) for p in corpus.publications if p.date <= ON]
    return random.Random(1).sample(found, 12)


@pytest.fixture(scope="module")
def ops_seeds(published):
    documents = [ops_document.exchange_document(family, publication, ON) for family, publication in published[:4]]
    seeds = [
        ops_xml.search("ti=x", 4, 1, 4, documents, 4),
        ops_xml.search_numbers("ti=x", 12, 1, 12, published),
        ops_xml.biblio(documents),
        ops_xml.claims(published[:3]),
        ops_xml.equivalents(published[0][1], [p for _, p in published[:4]]),
    ]
    recorded = sorted((DATA / "epo_ops" / "patent-dev").glob("*.xml")) if DATA.is_dir() else []
    return seeds + [file.read_bytes() for file in recorded if file.stat().st_size <= LARGEST]


@pytest.fixture(scope="module")
def lens_seeds(published):
    citing = [p for _, p in published[:3]]
    data = [lens_record.record(family, publication, citing, ON) for family, publication in published[:3]]
    seeds = [{"total": 3, "data": data, "results": 3, "scroll_id": "x"}]
    if DATA.is_dir():
        seeds.append(json.loads((DATA / "lens_api" / "lens_docs_sample_EP2471949A1_response.json").read_bytes()))
    return seeds


def read(parse, number, content, request=None):
    """Return (records, rejects, total), or None for a page refused with its reason; within SECONDS."""
    start = time.process_time()
    try:
        parsed = parse(content, request, 200)
    except PageRefusedError as refused:
        return None if str(refused).strip() else (0, 0, None)  # a refusal without a reason is a loss
    finally:
        assert time.process_time() - start < SECONDS, f"input {number} took too long"
    assert all(reject.reason for reject in parsed.rejects)
    assert all(record.publication_number.count("-") in {1, 2} for record in parsed.records)
    return len(parsed.records), len(parsed.rejects), parsed.total


def test_ops_answers(ops_seeds):
    got = 0
    for number in range(COUNT):
        rng = random.Random(number)
        content = mutate.of_xml(rng, rng.choice(ops_seeds))
        request = {"cited": "EP-1000000-A1"} if rng.random() < 0.1 else None
        counts = read(parse_ops, number, content, request)
        got += counts is not None and counts[0] > 0
    assert got


def test_lens_answers(lens_seeds):
    got = 0
    for number in range(COUNT):
        rng = random.Random(number)
        page = rng.choice(lens_seeds)
        changed = dict(page)
        at = rng.randrange(len(page["data"]))
        broken = mutate.of_json(rng, page["data"][at])
        changed["data"] = [*page["data"][:at], broken, *page["data"][at + 1 :]]
        if rng.random() < 0.2:
            changed = mutate.of_json(rng, changed)
        content = json.dumps(changed, ensure_ascii=rng.random() < 0.5).encode("utf-8", "replace")
        if rng.random() < 0.2:
            content = mutate.of_bytes(rng, content)
        counts = read(parse_lens, number, content)
        if counts is None:
            continue
        got += counts[0] > 0
        whole = isinstance(changed, dict) and isinstance(changed.get("data"), list) and len(changed["data"])
        if whole and content == json.dumps(changed, ensure_ascii=content.isascii()).encode():
            assert counts[0] + counts[1] > 0, f"input {number} was lost without a word"
    assert got
