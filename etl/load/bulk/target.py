"""What becomes of the records of a bulk file, and how such a file came in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from etl.bulk.batches import BulkBatch
from etl.load.merged.memberships import IMPORT
from etl.load.write import LoadCount
from etl.query.ast import Query

_HITS = {"technology_id": pl.String, "query_hash": pl.String, "publication_number": pl.String, "row_no": pl.Int32}
_NUMBERED = ("publication_number", "row_no")


@dataclass(frozen=True, slots=True)
class ImportTarget:
    """What becomes of the records: all onto `technology_id`, or onto whatever `queries` they match.

    `queries` maps (technology or topic id, query_hash) to the query.
    """

    technology_id: str | None = None
    queries: Mapping[tuple[str, str], Query] = field(default_factory=dict)

    def named(self) -> dict[str, Query]:
        """The queries by hash; an equal query of two technologies is evaluated once."""
        return {query_hash: query for (_, query_hash), query in self.queries.items()}

    def hits(self, batch: BulkBatch) -> pl.DataFrame:
        """The hits of a batch: (technology_id, query_hash, publication_number, row_no)."""
        if self.technology_id is not None:
            named = {"technology_id": self.technology_id, "query_hash": IMPORT}
            return batch.table.select(*(pl.lit(text).alias(name) for name, text in named.items()), *_NUMBERED)
        if not batch.hits:
            return pl.DataFrame(schema=_HITS)
        row_of = dict(batch.table.select(_NUMBERED).iter_rows())
        ids: dict[str, list[str]] = {}
        for technology, query_hash in self.queries:
            ids.setdefault(query_hash, []).append(technology)
        found = [
            (technology, query_hash, number, row_of[number])
            for query_hash, number in batch.hits for technology in ids[query_hash]
        ]  # fmt: skip
        return pl.DataFrame(found, schema=_HITS, orient="row")

    def key(self) -> str:
        """A key of the target: an import goes on only where it was cut under the same one."""
        stated = self.technology_id or json.dumps(sorted(self.queries))
        return hashlib.sha256(stated.encode()).hexdigest()[:8]


@dataclass(slots=True)
class BulkImported:
    """How one bulk file came in; `resumed_at` is the document behind which a cut import went on."""

    file: str
    kind: str
    documents: int = 0
    records: int = 0
    rejects: int = 0
    count: LoadCount = field(default_factory=LoadCount)
    matches: dict[str, int] = field(default_factory=dict)
    withdrawn: int = 0  # publications the warehouse had and the file deletes
    usable: dict[str, int] = field(default_factory=dict)  # of a dry run: records each indicator can use
    resumed_at: int = 0
    stated: int | None = None  # documents the file says it has
    through: int = 0  # ordinal of the last document read
    refused: str | None = None

    @property
    def note(self) -> str | None:
        """What a person should know although nothing was refused."""
        if self.refused is not None or self.stated is None or self.stated == self.through:
            return None
        return f"{self.file}: the file states {self.stated} documents and holds {self.through}; is it all of it?"

    def tally(self, batch: BulkBatch, hits: pl.DataFrame) -> None:
        """Count a batch and its hits."""
        self.documents += batch.documents
        self.records += batch.table.height
        self.rejects += len(batch.rejects)
        self.stated, self.through = batch.stated, batch.through
        counted = hits.group_by("technology_id", maintain_order=True).agg(pl.col("publication_number").n_unique())
        for technology, count in counted.iter_rows():
            self.matches[technology] = self.matches.get(technology, 0) + count
