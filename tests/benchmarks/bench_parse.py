"""Time to turn OPS pages into records, as a ratio to bare libxml2 parsing of the same bytes in the same run.

Run: ``python tests/benchmarks/bench_parse.py [--documents N]``. Both sides are timed in turn, on one core, in CPU
time; the best of the rounds counts. Two ratios: of a page as most come (the second and later pages of a slice), and
of one that is also held against the known vocabulary (the first page, and one in twenty).

Pages: the recorded answers beside the repository (where present) and one generated page of the same shape, as the
service writes it (indented) and without white space.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from lxml import etree

from etl.sources.epo_ops.answers.parse import parse

RECORDED = Path(__file__).parents[2] / ".." / "shared" / "data" / "epo_ops"

_DOCUMENT = """
    <exchange-document system="ops.epo.org" family-id="{family}" country="CN" doc-number="{number}" kind="A">
        <bibliographic-data>
            <publication-reference>
                <document-id document-id-type="docdb">
                    <country>CN</country>
                    <doc-number>{number}</doc-number>
                    <kind>A</kind>
                    <date>20190305</date>
                </document-id>
                <document-id document-id-type="epodoc">
                    <doc-number>CN{number}</doc-number>
                    <date>20190305</date>
                </document-id>
            </publication-reference>
            <classifications-ipcr>{ipc}
            </classifications-ipcr>
            <patent-classifications>{cpc}
            </patent-classifications>
            <application-reference doc-id="{family}">
                <document-id document-id-type="docdb">
                    <country>CN</country>
                    <doc-number>2018{number}</doc-number>
                    <kind>A</kind>
                </document-id>
                <document-id document-id-type="epodoc">
                    <doc-number>CN2018{number}</doc-number>
                    <date>20180102</date>
                </document-id>
            </application-reference>
            <priority-claims>
                <priority-claim sequence="1" kind="national">
                    <document-id document-id-type="epodoc">
                        <doc-number>CN2018{number}</doc-number>
                        <date>20180102</date>
                    </document-id>
                </priority-claim>
            </priority-claims>
            <parties>
                <applicants>
                    <applicant sequence="1" data-format="epodoc">
                        <applicant-name>
                            <name>{applicant}\u2002[CN]</name>
                        </applicant-name>
                    </applicant>
                    <applicant sequence="1" data-format="original">
                        <applicant-name>
                            <name>{original}</name>
                        </applicant-name>
                    </applicant>
                </applicants>
                <inventors>{inventors}
                </inventors>
            </parties>
            <invention-title lang="en">Method for making part number {number} lighter</invention-title>
            <references-cited>{cites}
            </references-cited>
        </bibliographic-data>
        <abstract lang="en">
            <p>{abstract}</p>
        </abstract>
    </exchange-document>"""
_IPC = """
                <classification-ipcr sequence="{i}">
                    <text>{symbol}            A I                    </text>
                </classification-ipcr>"""
_CPC = """
                <patent-classification sequence="{i}">
                    <classification-scheme office="{office}" scheme="CPCI"/>
                    <section>{s}</section>
                    <class>{c}</class>
                    <subclass>{u}</subclass>
                    <main-group>{g}</main-group>
                    <subgroup>{h}</subgroup>
                    <classification-value>{value}</classification-value>
                    <generating-office>{office}</generating-office>
                </patent-classification>"""
_INVENTOR = """
                    <inventor sequence="{i}" data-format="{form}">
                        <inventor-name>
                            <name>{name} [CN]</name>
                        </inventor-name>
                    </inventor>"""
_CITE = """
                <citation cited-phase="national-search-report" cited-by="examiner" sequence="{i}">
                    <patcit dnum-type="publication number" num="{i}">
                        <document-id document-id-type="epodoc">
                            <doc-number>US{number}</doc-number>
                            <name>{name} [US]</name>
                            <date>20120301</date>
                        </document-id>
                        <document-id document-id-type="docdb">
                            <country>US</country>
                            <doc-number>{number}</doc-number>
                            <kind>A1</kind>
                            <name>{name} [US]</name>
                            <date>20120301</date>
                        </document-id>
                    </patcit>
                    <category>A</category>
                    <rel-claims>1-15</rel-claims>
                </citation>"""
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<ops:world-patent-data xmlns="http://www.epo.org/exchange" xmlns:ops="http://ops.epo.org">
<ops:biblio-search total-result-count="{n}"><ops:query syntax="CQL">ti=part</ops:query><ops:range begin="1" end="{n}"/>
<ops:search-result><exchange-documents>"""
_TAIL = "</exchange-documents></ops:search-result></ops:biblio-search></ops:world-patent-data>"


class _Maker:
    """Fills in documents: symbols, people and firms come as real ones do, few of them often and many seldom."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.words = [
            "".join(self.rng.choices("bacodifegilomunorapasute", k=self.rng.randint(3, 9))) for _ in range(3000)
        ]
        self.symbols = [self._symbol() for _ in range(4000)]

    def _symbol(self) -> tuple[str, str, str, str, str]:
        rng = self.rng
        return (
            rng.choice("ABCDEFGH"),
            f"{rng.randint(1, 99):02d}",
            rng.choice("BCDFGHJKLMN"),
            str(rng.randint(1, 999)),
            f"{rng.randint(0, 9999):02d}",
        )

    def some(self, values: Sequence[Any]) -> Any:
        """One of `values`, the n-th about 1/n times as often as the first."""
        return values[min(int(len(values) ** self.rng.random()), len(values)) - 1]

    def name(self, words: int) -> str:
        return " ".join(self.some(self.words).upper() for _ in range(words))

    def ipc(self, i: int) -> str:
        s, c, u, g, h = self.some(self.symbols)
        return _IPC.format(i=i, symbol=f"{s}{c}{u}{g:>4}/{h:>6}")

    def cpc(self, i: int) -> str:
        s, c, u, g, h = self.some(self.symbols)
        return _CPC.format(
            i=i, s=s, c=c, u=u, g=g, h=h, value=self.rng.choice("IA"), office=self.rng.choice(["EP", "EP", "US", "CN"])
        )

    def document(self, n: int) -> str:
        """One document with the recorded answers' average contents."""
        rng, applicant = self.rng, self.name(3)
        return _DOCUMENT.format(
            family=40_000_000 + n,
            number=108_000_000 + n,
            applicant=applicant,
            original=applicant.title(),
            ipc="".join(self.ipc(i) for i in range(1, rng.randint(2, 7))),
            cpc="".join(self.cpc(i) for i in range(1, rng.randint(4, 24))),
            inventors="".join(
                _INVENTOR.format(i=i, form=form, name=self.name(2))
                for form in ("epodoc", "original")
                for i in (1, 2, 3)
            ),
            cites="".join(
                _CITE.format(i=i, number=rng.randint(10**6, 10**10), name=self.name(2))
                for i in range(1, rng.randint(2, 5))
            ),
            abstract=" ".join(self.some(self.words) for _ in range(110)),
        )


def page(documents: int, *, indented: bool = True) -> bytes:
    """Return a search/biblio answer of `documents` documents; the same for the same number."""
    maker = _Maker(documents)
    text = _HEAD.format(n=documents) + "".join(maker.document(n) for n in range(documents)) + _TAIL
    if not indented:
        text = "".join(line.strip() for line in text.splitlines())
    return text.encode()


LATER_PAGE = {"path": "rest-services/published-data/search/biblio", "headers": {"X-OPS-Range": "101-200"}}


def ratio(content: bytes, rounds: int = 40) -> tuple[float, float, float]:
    """Return (records / bare parse, the same with the look for drift, bare parse in MB per CPU second).

    All sides in turn, best of `rounds`.
    """
    sides: tuple[Callable[[], object], ...] = (
        lambda: etree.fromstring(content),
        lambda: parse(content, LATER_PAGE),
        lambda: parse(content),
    )
    best = [float("inf")] * len(sides)
    repeat = max(2, 4_000_000 // len(content))
    for _ in range(rounds):
        for side, work in enumerate(sides):
            start = time.process_time()
            for _ in range(repeat):
                work()
            best[side] = min(best[side], (time.process_time() - start) / repeat)
    return best[1] / best[0], best[2] / best[0], len(content) / best[0] / 1e6


def main() -> None:
    """Print one line per page."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--documents", type=int, default=100)
    documents = arguments.parse_args().documents
    pages = {
        f"generated, {documents} documents, indented": page(documents),
        f"generated, {documents} documents, compact": page(documents, indented=False),
    }
    for name in ("search_with_constituent", "get_biblio_multiple", "get_family_with_biblio", "get_legal"):
        file = RECORDED / "patent-dev" / f"{name}.xml"
        if file.is_file():
            pages[f"recorded {name}"] = file.read_bytes()
    for name, content in pages.items():
        times, first, speed = ratio(content)
        print(
            f"{name:45s} {len(content):9,d} B  {times:5.2f} x bare libxml2 ({speed:.0f} MB/s); first page {first:.2f}"
        )


if __name__ == "__main__":
    main()
