"""The harvest plan in the warehouse: slices of a query, what the service said of each and what came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from etl.fetch.stated import words


@dataclass(frozen=True, slots=True)
class Span:
    """Publication dates `first` to `last` (inclusive), of one `office` where the query was split by office."""

    first: date
    last: date
    office: str | None = None

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.last - self.first).days + 1


# Publishing authorities a day is split by, the busiest first.
OFFICES = (
    *("CN", "US", "JP", "KR", "EP", "WO", "DE", "CA", "AU", "TW", "IN", "BR", "RU", "GB", "FR", "ES", "MX", "AT"),
    *("DK", "IT", "NL", "SE", "CH", "FI", "NO", "PL", "BE", "IL", "ZA", "NZ", "SG", "MY", "TH", "VN", "ID", "PH"),
    *("HK", "TR", "UA", "CZ", "HU", "RO", "BG", "SK", "SI", "HR", "RS", "GR", "PT", "IE", "LU", "LT", "LV", "EE"),
    *("MD", "GE", "KZ", "EA", "AR", "CL", "CO", "PE", "UY", "CR", "EC", "MA", "EG", "TN", "SA", "JO", "AP", "OA"),
    *("SU", "DD", "YU", "CS"),
)


def split(span: Span) -> list[Span]:
    """Return `span` in halves at a year, else a month, else a day; one day by office; [] when it cannot be split."""
    first, last = span.first, span.last
    if first == last:
        return [] if span.office else [Span(first, last, office) for office in OFFICES]
    if first.year < last.year:
        cut = date((first.year + last.year) // 2 + 1, 1, 1)
    elif first.month < last.month:
        cut = date(first.year, (first.month + last.month) // 2 + 1, 1)
    else:
        cut = first + timedelta(days=(last - first).days // 2 + 1)
    return [Span(first, cut - timedelta(days=1), span.office), Span(cut, last, span.office)]


@dataclass(frozen=True, slots=True)
class Target:
    """What a slice belongs to."""

    technology_id: str
    query_hash: str


class SliceBook:
    """The slices of one run and source; read once, since there is one writer, and every change is written."""

    def __init__(self, con: duckdb.DuckDBPyConnection, run_id: int, source: str) -> None:
        self.con = con
        self._run_id = run_id
        self._source = source
        self._states: dict[int, str] = {}
        self._numbers: dict[tuple[Target, str, str], int] = {}
        self._windows: dict[Target, Span] = {}
        rows = con.execute(
            "SELECT slice_id, technology_id, query_hash, purpose, compiled_query, state, published_from, published_to,"
            " office FROM slices WHERE run_id = ? AND source = ? ORDER BY slice_id",
            [run_id, source],
        ).fetchall()
        for slice_id, technology_id, query_hash, purpose, compiled, state, *span in rows:
            self._know(slice_id, Target(technology_id, query_hash), purpose, compiled, Span(*span), state)

    def _know(self, slice_id: int, target: Target, purpose: str, compiled: str, span: Span, state: str) -> None:
        self._numbers[target, purpose, compiled] = slice_id
        self._states[slice_id] = state
        if purpose == "search":
            self._windows.setdefault(target, span)

    def open(self, target: Target, span: Span, compiled: str, purpose: str = "search") -> tuple[int, str]:
        """Return (number, state) of the slice, planning it when this run has not yet."""
        slice_id = self._numbers.get((target, purpose, compiled))
        if slice_id is not None:
            return slice_id, self._states[slice_id]
        row = self.con.execute(
            "INSERT INTO slices VALUES ((SELECT coalesce(max(slice_id), 0) + 1 FROM slices), ?, ?, ?, ?, ?, ?, ?, ?, ?,"
            " NULL, NULL, 'planned', NULL) RETURNING slice_id",
            [
                *(self._run_id, self._source, target.technology_id, target.query_hash, purpose),
                *(span.first, span.last, span.office, compiled),
            ],
        ).fetchone()
        assert row is not None
        self._know(int(row[0]), target, purpose, compiled, span, "planned")
        return int(row[0]), "planned"

    def close(
        self, slice_id: int, state: str, expected: int | None, received: int | None, note: str | None = None
    ) -> None:
        """Set what became of a slice: done, differs or split."""
        self.con.execute(
            "UPDATE slices SET state = ?, expected = ?, received = ?, note = ? WHERE slice_id = ?",
            [state, expected, received, None if note is None else words(note, 2000), slice_id],
        )
        self._states[slice_id] = state

    def knows(self, target: Target, span: Span) -> bool:
        """Return whether hits of `target` in `span` are known from before."""
        rows = self.con.execute(
            "SELECT 1 FROM source_hits AS h JOIN source_records AS r ON r.source = h.source"
            " AND r.publication_number = h.publication_number AND r.part = 'biblio' AND r.valid_to IS NULL"
            " WHERE h.source = ? AND h.technology_id = ? AND h.query_hash = ? AND h.withdrawn_run IS NULL"
            " AND r.publication_date BETWEEN ? AND ? AND coalesce(r.authority = ?, true) LIMIT 1",
            [self._source, target.technology_id, target.query_hash, span.first, span.last, span.office],
        ).fetchall()
        return bool(rows)

    def window(self, target: Target, planned: Span) -> Span:
        """Return the span this run began with for `target`, else `planned`: a resumed run keeps its plan."""
        first = self._windows.get(target)
        return Span(first.first, first.last) if first else planned

    def differing(self, target: Target) -> list[Span]:
        """Return the slices of the latest earlier run of `target` in which not all came: they are asked again."""
        identity = (self._source, target.technology_id, target.query_hash)
        rows = self.con.execute(
            "SELECT DISTINCT published_from, published_to, office FROM slices WHERE source = ? AND technology_id = ? "
            "AND query_hash = ? AND purpose = 'search' AND state = 'differs' AND run_id = (SELECT max(run_id) "
            "FROM slices WHERE source = ? AND technology_id = ? AND query_hash = ? AND purpose = 'search' "
            "AND run_id < ?) ORDER BY ALL",
            [*identity, *identity, self._run_id],
        ).fetchall()
        return [Span(*row) for row in rows]
