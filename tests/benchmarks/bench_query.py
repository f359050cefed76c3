"""Documents evaluated per CPU second: the bulk evaluation against the one-by-one evaluation in the same run.

Run: python tests/benchmarks/bench_query.py [documents]. Each document has a title of about 90 bytes and an abstract of
about 900, every second one is Chinese, one in twenty holds a relevant term; the queries are the catalogue's.
"""

from __future__ import annotations

import random
import sys
import time

import polars as pl

from etl.query.ast import Query
from etl.query.batch import evaluate_frame
from etl.query.document import Document
from etl.query.evaluate import compile_local
from etl.query.parser import parse

RELEVANT = [
    "lithography machine",
    "光刻机",
    "laser radar",
    "激光雷达",
    "fuel cell",
    "燃料电池",
    "bearing steel",
    "轴承钢",
]
RELEVANT_SHARE = 0.05


def catalogue_queries() -> dict[str, Query]:
    """Return the queries of the packaged catalogue's watched technologies."""
    from etl.catalogue.load import packaged_catalogue

    return {t.id: parse(t.query) for t in packaged_catalogue().technologies if t.query}


def make_documents(count: int, seed: int = 7) -> list[Document]:
    """Return `count` random documents, every second one Chinese, one in twenty with a relevant term."""
    rng = random.Random(seed)
    english = ["".join(rng.choices("etaoinshrdlucm", k=rng.randint(2, 10))) for _ in range(4000)]
    chinese = [chr(code) for code in rng.sample(range(0x4E00, 0x9FA5), 2500)]

    def text(size: int, is_chinese: bool) -> str:
        relevant = rng.choice(RELEVANT) if rng.random() < RELEVANT_SHARE else ""
        if is_chinese:
            words = rng.choices(chinese, k=size // 3)
            return "，".join("".join(words[i : i + 12]) for i in range(0, len(words), 12)) + relevant + "。"
        return " ".join(rng.choices(english, k=size // 7)) + f" {relevant}."

    return [
        Document([text(90, i % 2 == 0)], [text(900, i % 2 == 0)], ipc=["G03F7/20", "H01L21/027"], cpc=[])
        for i in range(count)
    ]


def measure(queries: dict[str, Query], count: int) -> tuple[float, float]:
    """Return documents per CPU second (bulk, one by one) for all `queries` together."""
    documents = make_documents(count)
    frame = pl.DataFrame(
        {name: [getattr(d, name) for d in documents] for name in ("titles", "abstracts", "ipc", "cpc")}
    )
    start = time.process_time()
    found = evaluate_frame(queries, frame)
    bulk = count / (time.process_time() - start)
    start = time.process_time()
    for name, query in queries.items():
        run = compile_local(query)
        assert found[name].to_list() == [run(document) for document in documents]
    return bulk, count / (time.process_time() - start)


def main() -> None:
    """Print documents per CPU second for one query and for all of them."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    queries = catalogue_queries()
    first = next(iter(queries))
    for label, chosen in ((f"one query ({first})", {first: queries[first]}), (f"{len(queries)} queries", queries)):
        bulk, single = measure(chosen, count)
        print(f"{label}: {bulk:,.0f} documents per CPU second in bulk, {single:,.0f} one by one ({bulk / single:.1f})")


if __name__ == "__main__":
    main()
