"""Records made on the spot for the benchmarks of loading: seeded, in chunks, with nearly every column stated."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from etl.records import Record

_OFFICES = ("CN", "US", "EP", "JP", "KR", "WO", "DE")
_WORDS = (
    "beam", "wafer", "mask", "stage", "lens", "resist", "pump", "blade", "bearing", "membrane", "sensor", "laser",
    "vacuum", "alloy", "nozzle", "rotor",
)  # fmt: skip
_FIRST = date(1990, 1, 1)


def number(index: int) -> tuple[str, str, str]:
    """Return (authority, number, kind) of publication `index`."""
    office = _OFFICES[index * 7919 % len(_OFFICES)]
    return office, str(100_000_000 + index), "A1" if index % 5 else "B2"


def _text(rng: random.Random, words: int) -> str:
    return " ".join(rng.choices(_WORDS, k=words))


def _record(rng: random.Random, index: int) -> Record:
    office, digits, kind = number(index)
    family = index // 3 * 3 if index % 3 < 2 else index  # pairs and singles
    filed = _FIRST + timedelta(days=family * 31 % 9000)
    cited = ["-".join(number(rng.randrange(index + 1))) for _ in range(rng.randrange(6))]
    return Record(
        f"{office}-{digits}-{kind}", office, digits, kind, "application" if kind == "A1" else "grant",
        publication_date=filed + timedelta(days=540 + rng.randrange(900)), application_number=f"{office}-{index}",
        filing_date=filed, priority_date=filed, priorities=[(f"CN-{family}", filed)],
        source_family_id=f"docdb:{family}" if index % 4 else None,
        titles=[("en", _text(rng, 7)), ("zh", "光刻机曝光装置及方法")], abstracts=[("en", _text(rng, 60))],
        claim_count=rng.randrange(1, 30) if index % 2 else None,
        ipc=[f"G0{rng.randrange(1, 9)}F7/{n}" for n in range(20, 23)], cpc=[f"G03F7/{rng.randrange(1000)}"],
        applicants=[(1, f"{_WORDS[index % 16]} company {index % 5000} ltd", office, None)],
        cites=[(c, "SEA", "A") for c in cited], legal_status="active",
        legal_events=[(filed + timedelta(days=2000), "AS", "assignment", "CHANGE OF OWNER")] if index % 7 == 0 else [],
        is_pct=index % 3 == 0, row_no=index + 1,
    )  # fmt: skip


def records(count: int, *, chunk: int = 20_000, seed: int = 1) -> Iterator[list[Record]]:
    """Yield `count` records of as many publications in lists of `chunk`."""
    rng = random.Random(seed)
    for start in range(0, count, chunk):
        yield [_record(rng, index) for index in range(start, min(start + chunk, count))]
