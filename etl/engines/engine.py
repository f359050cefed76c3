"""What an engine does for ``stuckneck bulk``: three steps, each from and to Parquet in one folder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from etl.engines.parse import BulkFile
from etl.engines.topics import Queries


class Engine(Protocol):
    """An engine over the folder of one run (``etl.engines.output.Output``); the same inputs give the same tables."""

    def records(self, files: Sequence[BulkFile]) -> None:
        """Parse the files into ``records`` (partitioned by office and year) and ``rejects``."""

    def hits(self, queries: Queries) -> None:
        """Evaluate the queries on the current records; write ``hits``."""

    def tables(self, queries: Queries, *, whole_table: bool = False) -> None:
        """Make the narrow tables (``etl.engines.output.TABLES``) from ``records``, ``hits``, ``pages``, ``sources``.

        `whole_table`: the files of Google are its whole table, so who is not seen to cite there does not.
        """

    def counts(self) -> dict[int, tuple[int, int]]:
        """Records and deletions of each file, by its ``page_id``."""
