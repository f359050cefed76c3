"""A DOCDB file of any size, written as a stream: synthetic documents shaped like real ones.

Run: python tests/benchmarks/made_docdb.py FILE [--megabytes 2048] [--seed 1]
"""

# ruff: noqa: E501 - the XML is easier to compare with a real document where an element stands on one line

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

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
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE exch:exchange-documents SYSTEM "docdb-entities.dtd">'
    '<exch:exchange-documents xmlns:exch="http://www.epo.org/exchange" date-of-exchange="20240218" dtd-version="2.5.9" '
    'file="SYNTHETIC" no-of-documents="{count:07d}" originating-office="EP">'
)
TAIL = "</exch:exchange-documents>\n"


def document(rng: random.Random, number: int | str = "@NUMBER@") -> str:
    """One synthetic exchange-document of about 6 KB; `number` is its doc-number (or a place for it)."""
    country, kind = rng.choice(_COUNTRIES), rng.choice(["A", "A1", "B", "B1", "U"])
    day = f"{rng.randint(1990, 2023)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    return (
        f'<exch:exchange-document country="{country}" doc-number="{number}" kind="{kind}" doc-id="{number}" date-publ="{day}" '
        f'family-id="{rng.randint(10**6, 10**8)}" is-representative="YES" originating-office="EP" status="A">'
        f"<exch:bibliographic-data>{_reference('publication', country, number, kind, day)}{_ipc(rng)}{_cpc(rng)}"
        f"{_reference('application', country, number, 'A', day)}{_priorities(rng, number, day)}{_parties(rng)}"
        f'<exch:invention-title lang="en" data-format="docdba">synthetic {_text(rng, 8)}</exch:invention-title>'
        f"{_citations(rng)}</exch:bibliographic-data>"
        f'<exch:abstract lang="en" data-format="docdba" abstract-source="national office"><exch:p>{_text(rng, 90)}</exch:p></exch:abstract>'
        "</exch:exchange-document>\n"
    )


def _text(rng: random.Random, words: int) -> str:
    return " ".join(rng.choices(_WORDS, k=words))


def _reference(name: str, country: str, number: int | str, kind: str, day: str) -> str:
    return (
        f'<exch:{name}-reference data-format="docdb"><document-id><country>{country}</country><doc-number>{number}</doc-number>'
        f"<kind>{kind}</kind><date>{day}</date></document-id></exch:{name}-reference>"
        f'<exch:{name}-reference data-format="epodoc"><document-id><doc-number>{country}{number}</doc-number></document-id>'
        f"</exch:{name}-reference>"
    )


def _ipc(rng: random.Random) -> str:
    items = "".join(
        f'<classification-ipcr sequence="{n}"><text>{code}        20060101A I20051008RMEP        </text></classification-ipcr>'
        for n, code in enumerate(rng.sample(_CODES, 3), 1)
    )
    return f"<exch:classifications-ipcr>{items}</exch:classifications-ipcr>"


def _cpc(rng: random.Random) -> str:
    items = "".join(
        f'<patent-classification sequence="{n}"><classification-scheme office="EP" scheme="CPCI"><date>20130101</date></classification-scheme>'
        f"<classification-symbol>{code}</classification-symbol><symbol-position>F</symbol-position>"
        "<classification-value>I</classification-value><classification-status>B</classification-status>"
        "<classification-data-source>H</classification-data-source><action-date><date>20130101</date></action-date></patent-classification>"
        for n, code in enumerate(rng.sample(_CODES, 4), 1)
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
    names = [f"SYNTHETIC {rng.choice(_WORDS).upper()} CO {n}" for n in range(2)]
    applicants = "".join(
        f'<exch:applicant sequence="{n}" data-format="{form}"><exch:applicant-name><name>{name}</name></exch:applicant-name>'
        f"<residence><country>{country}</country></residence></exch:applicant>"
        for form in ("docdb", "docdba")
        for n, name in enumerate(names, 1)
    )
    inventors = "".join(
        f'<exch:inventor sequence="{n}" data-format="docdb"><exch:inventor-name><name>SYNTHETIC PERSON {n}</name></exch:inventor-name></exch:inventor>'
        for n in range(1, 4)
    )
    return f"<exch:parties><exch:applicants>{applicants}</exch:applicants><exch:inventors>{inventors}</exch:inventors></exch:parties>"


def _citations(rng: random.Random) -> str:
    items = "".join(
        f'<exch:citation cited-phase="SEA" sequence="{n}"><patcit num="{n}" dnum-type="publication number"><document-id doc-id="{rng.randint(1, 10**9)}">'
        f"<country>{rng.choice(_COUNTRIES)}</country><doc-number>{rng.randint(10**6, 10**7)}</doc-number><kind>A</kind><name>SYNTHETIC</name>"
        "<date>19900101</date></document-id></patcit></exch:citation>"
        for n in range(1, 6)
    )
    return f"<exch:references-cited>{items}</exch:references-cited>"


def chunks(megabytes: float, seed: int = 1) -> Iterator[bytes]:
    """The file in pieces; the same for the same size and seed."""
    rng = random.Random(seed)
    templates = [document(rng).split("@NUMBER@") for _ in range(500)]
    size = sum(sum(map(len, t)) + 8 * (len(t) - 1) for t in templates) / len(templates)
    count = max(int(megabytes * (1 << 20) / size), 1)
    yield _HEAD.format(count=count).encode()
    for start in range(0, count, 500):
        numbers = range(start, min(start + 500, count))
        yield "".join(f"{10_000_000 + n}".join(templates[n % 500]) for n in numbers).encode()
    yield TAIL.encode()


def write(path: Path, megabytes: float, seed: int = 1) -> int:
    """Write the file; return its size in bytes."""
    with path.open("wb") as stream:
        return sum(stream.write(chunk) for chunk in chunks(megabytes, seed))


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
