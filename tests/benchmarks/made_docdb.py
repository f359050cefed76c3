"""A DOCDB file of any size, written as a stream: synthetic documents shaped like real ones.

Run: python tests/benchmarks/made_docdb.py FILE [--megabytes 2048] [--seed 1]
"""

# ruff: noqa: E501 - the XML is easier to compare with a real document where an element is on one line

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from pathlib import Path

# One document in so many is about what the tests ask for; a benchmark makes them rarer, as they are in a real file.
TOPICAL = 8
_WORDS = [
    "lithography",
    "optical",
    "wafer",
    "exposure",
    "lens",
    "stage",
    "resist",
    "mask",
    "bearing",
    "engine",
    "nozzle",
    "blade",
    "sensor",
    "lidar",
    "laser",
    "cell",
]
_COMMON = [
    "the",
    "of",
    "and",
    "a",
    "to",
    "is",
    "in",
    "for",
    "with",
    "on",
    "an",
    "by",
    "or",
    "at",
    "from",
    "said",
    "least",
    "one",
    "first",
    "second",
    "which",
    "having",
    "wherein",
    "between",
    "method",
    "device",
    "apparatus",
    "system",
    "unit",
    "part",
    "body",
    "surface",
    "layer",
    "member",
    "portion",
    "end",
    "side",
    "plate",
    "control",
    "signal",
    "data",
]
_CODES = [
    "G03F   7/20",
    "H01L  21/027",
    "F02C   7/05",
    "H01M   8/10",
    "G01S  17/89",
    "C08G  59/00",
    "F16C  33/62",
    "B23C   5/10",
]
_COUNTRIES = ["CN", "US", "JP", "DE", "KR", "EP", "FR", "GB"]
_TEMPLATES = 5000  # different documents in a file; they come again with other numbers
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE exch:exchange-documents SYSTEM "docdb-entities.dtd">'
    '<exch:exchange-documents xmlns:exch="http://www.epo.org/exchange" date-of-exchange="20240218" dtd-version="2.5.9" '
    'file="SYNTHETIC" no-of-documents="{count:07d}" originating-office="EP">'
)
TAIL = "</exch:exchange-documents>\n"


class _Drawn:
    """Draws from many values the way real ones come: the n-th most frequent about 1/n times as often as the first."""

    def __init__(self, values: list[str], flat: int = 5) -> None:
        self.values = values
        self.weights = list(accumulate(1 / (rank + flat) for rank in range(len(values))))

    def some(self, rng: random.Random, count: int) -> list[str]:
        """`count` values, some of them perhaps the same."""
        return rng.choices(self.values, cum_weights=self.weights, k=count)


@cache
def _drawn() -> tuple[_Drawn, _Drawn, _Drawn, _Drawn]:
    """Words, symbols, applicants, surnames: always the same ones."""
    rng = random.Random(7)
    made = [
        "".join(
            rng.choices(
                ["ba", "co", "di", "fer", "gen", "lo", "mi", "nor", "pa", "ra", "sul", "te", "vi", "xon"],
                k=rng.randint(2, 4),
            )
        )
        for _ in range(3000)
    ]
    symbols = [
        f"{rng.choice('ABCDEFGH')}{rng.randint(1, 99):02d}{rng.choice('BCDFGHJKLMN')}{rng.randint(1, 99):4d}/{rng.choice([rng.randint(0, 99), rng.randint(100, 9999)]):02d}"
        for _ in range(5000)
    ]
    firms = [f"{w.upper()} {rng.choice(['CO LTD', 'GMBH', 'CORP', 'UNIV', 'KK', 'AG', 'INC &amp; CO'])}" for w in made]
    return _Drawn(_COMMON + made), _Drawn(symbols, 50), _Drawn(firms, 50), _Drawn([w.upper() for w in made], 500)


def document(rng: random.Random, number: int | str = "@NUMBER@", topical_in: int = TOPICAL) -> str:
    """One synthetic exchange-document of about 7 KB; `number` is its doc-number (or a place for it)."""
    country, kind = rng.choice(_COUNTRIES), rng.choice(["A", "A1", "B", "B1", "U"])
    day = f"{rng.randint(1990, 2023)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    topical = rng.randrange(topical_in) == 0
    return (
        f'<exch:exchange-document country="{country}" doc-number="{number}" kind="{kind}" doc-id="{number}" date-publ="{day}" '
        f'family-id="{rng.randint(10**6, 10**8)}" is-representative="YES" originating-office="EP" status="A">'
        f"<exch:bibliographic-data>{_reference('publication', country, number, kind, day)}{_ipc(rng, topical)}{_cpc(rng, topical)}"
        f"{_reference('application', country, number, 'A', day)}{_priorities(rng, number, day)}{_parties(rng)}"
        f'<exch:invention-title lang="en" data-format="docdba">synthetic {_text(rng, 8, topical)}</exch:invention-title>'
        f"{_citations(rng)}</exch:bibliographic-data>"
        f'<exch:abstract lang="en" data-format="docdba" abstract-source="national office"><exch:p>{_text(rng, 90, topical)}</exch:p></exch:abstract>'
        "</exch:exchange-document>\n"
    )


def _text(rng: random.Random, words: int, topical: bool) -> str:
    return " ".join(rng.choices(_WORDS, k=words) if topical else _drawn()[0].some(rng, words))


def _symbols(rng: random.Random, count: int, topical: bool) -> list[str]:
    return rng.sample(_CODES, count) if topical else list(dict.fromkeys(_drawn()[1].some(rng, count)))


def _reference(name: str, country: str, number: int | str, kind: str, day: str) -> str:
    return (
        f'<exch:{name}-reference data-format="docdb"><document-id><country>{country}</country><doc-number>{number}</doc-number>'
        f"<kind>{kind}</kind><date>{day}</date></document-id></exch:{name}-reference>"
        f'<exch:{name}-reference data-format="epodoc"><document-id><doc-number>{country}{number}</doc-number></document-id>'
        f"</exch:{name}-reference>"
    )


def _ipc(rng: random.Random, topical: bool) -> str:
    items = "".join(
        f'<classification-ipcr sequence="{n}"><text>{code}        20060101A I20051008RMEP        </text></classification-ipcr>'
        for n, code in enumerate(_symbols(rng, 3, topical), 1)
    )
    return f"<exch:classifications-ipcr>{items}</exch:classifications-ipcr>"


def _cpc(rng: random.Random, topical: bool) -> str:
    items = "".join(
        f'<patent-classification sequence="{n}"><classification-scheme office="EP" scheme="CPCI"><date>20130101</date></classification-scheme>'
        f"<classification-symbol>{code}</classification-symbol><symbol-position>F</symbol-position>"
        "<classification-value>I</classification-value><classification-status>B</classification-status>"
        f"<classification-data-source>H</classification-data-source><action-date><date>{rng.randint(2013, 2023)}{rng.randint(1, 12):02d}01</date></action-date></patent-classification>"
        for n, code in enumerate(_symbols(rng, 4, topical), 1)
    )
    return f"<exch:patent-classifications>{items}</exch:patent-classifications>"


def _priorities(rng: random.Random, number: int | str, day: str) -> str:
    country = rng.choice(_COUNTRIES)
    return (
        '<exch:priority-claims><exch:priority-claim sequence="1" data-format="docdb"><document-id>'
        f"<country>{country}</country><doc-number>{number}</doc-number><kind>A</kind><date>{day}</date></document-id>"
        "<exch:priority-active-indicator>Y</exch:priority-active-indicator></exch:priority-claim></exch:priority-claims>"
    )


def _parties(rng: random.Random) -> str:
    country = rng.choice(_COUNTRIES)
    names = [f"SYNTHETIC {firm}" for firm in _drawn()[2].some(rng, 2)]
    applicants = "".join(
        f'<exch:applicant sequence="{n}" data-format="{form}"><exch:applicant-name><name>{name}</name></exch:applicant-name>'
        f"<residence><country>{country}</country></residence></exch:applicant>"
        for form in ("docdb", "docdba")
        for n, name in enumerate(names, 1)
    )
    inventors = "".join(
        f'<exch:inventor sequence="{n}" data-format="docdb"><exch:inventor-name><name>{person} {_drawn()[3].some(rng, 1)[0]}</name></exch:inventor-name></exch:inventor>'
        for n, person in enumerate(_drawn()[3].some(rng, 3), 1)
    )
    return f"<exch:parties><exch:applicants>{applicants}</exch:applicants><exch:inventors>{inventors}</exch:inventors></exch:parties>"


def _citations(rng: random.Random) -> str:
    items = "".join(
        f'<exch:citation cited-phase="SEA" sequence="{n}"><patcit num="{n}" dnum-type="publication number"><document-id doc-id="{rng.randint(1, 10**9)}">'
        f"<country>{rng.choice(_COUNTRIES)}</country><doc-number>{rng.randint(10**6, 10**7)}</doc-number><kind>A</kind><name>{_drawn()[2].some(rng, 1)[0]}</name>"
        f"<date>{rng.randint(1970, 2020)}0101</date></document-id></patcit></exch:citation>"
        for n in range(1, 6)
    )
    return f"<exch:references-cited>{items}</exch:references-cited>"


def chunks(megabytes: float, seed: int = 1, topical_in: int = TOPICAL) -> Iterator[bytes]:
    """The file in pieces; the same for the same size and seed."""
    rng = random.Random(seed)
    templates = [document(rng, topical_in=topical_in).split("@NUMBER@") for _ in range(100)]
    size = sum(sum(map(len, t)) + 8 * (len(t) - 1) for t in templates) / len(templates)
    count = max(int(megabytes * (1 << 20) / size), 1)
    templates += [document(rng, topical_in=topical_in).split("@NUMBER@") for _ in range(min(count, _TEMPLATES) - 100)]
    yield _HEAD.format(count=count).encode()
    for start in range(0, count, 500):
        numbers = range(start, min(start + 500, count))
        yield "".join(f"{10_000_000 + n}".join(templates[n % len(templates)]) for n in numbers).encode()
    yield TAIL.encode()


def write(path: Path, megabytes: float, seed: int = 1, topical_in: int = TOPICAL) -> int:
    """Write the file; return its size in bytes."""
    with path.open("wb") as stream:
        return sum(stream.write(chunk) for chunk in chunks(megabytes, seed, topical_in))


def main() -> None:
    """Write a file and say how large it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--megabytes", type=float, default=2048)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    print(f"{write(args.file, args.megabytes, args.seed):,} bytes of synthetic DOCDB in {args.file}")


if __name__ == "__main__":
    main()
