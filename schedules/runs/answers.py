"""Whether a harvest got anything: technologies without a usable answer are held, a run without any has failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from warehouse.core import transaction

# Fewer than this share of the expected publications is no fluctuation.
_FAR_FEWER = 0.1


class NothingCameError(RuntimeError):
    """No usable answer came about any technology, or a first run found nothing; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Held:
    """A technology the run could not speak about, and why; `source` is None where it is about what all sources gave."""

    technology_id: str
    source: str | None
    why: str


_ANSWERS = """
SELECT s.technology_id, s.source, bool_and(s.state = 'done') AS is_whole,
       bool_or(s.state = 'done' OR coalesce(s.received, 0) > 0) AS has_some,
       arg_max(s.note, s.slice_id) FILTER (WHERE s.state <> 'done') AS note,
       EXISTS (
           SELECT 1 FROM source_hits AS h WHERE h.source = s.source AND h.technology_id = s.technology_id
           AND h.query_hash = s.query_hash AND h.last_run < $run_id AND h.withdrawn_run IS NULL
       ) AS spoke_before
FROM slices AS s WHERE s.run_id = $run_id AND s.purpose = 'search' AND s.state <> 'split'
GROUP BY s.technology_id, s.source, s.query_hash
"""


def unanswered(con: duckdb.DuckDBPyConnection, run_id: int, technologies: Sequence[str]) -> list[Held]:
    """Return the technologies no source answered in this run, or that a source fell silent about.

    A source is silent about a technology when none of its slices was answered. That holds the technology where the
    source had given publications of it before, or no other source answered in full. Raises NothingCameError when no
    source answered anything about any of `technologies`.
    """
    answers: dict[str, dict[str, tuple[bool, bool, str | None, bool]]] = {}
    for technology, source, *facts in con.execute(_ANSWERS, {"run_id": run_id}).fetchall():
        answers.setdefault(technology, {})[source] = (facts[0], facts[1], facts[2], facts[3])
    held = [one for technology in technologies for one in _silent(technology, answers.get(technology, {}))]
    answered = [t for t in technologies if any(has_some for _, has_some, _, _ in answers.get(t, {}).values())]
    if technologies and not answered:
        reasons = "; ".join(dict.fromkeys(f"{one.source or 'every source'}: {one.why}" for one in held))
        msg = (
            f"No source gave a usable answer about any of {len(technologies)} technologies ({reasons[:600]}). "
            "Nothing was published and the snapshot before is unchanged; `stuckneck doctor` tries the services."
        )
        raise NothingCameError(msg)
    return held


def _silent(technology: str, of: Mapping[str, tuple[bool, bool, str | None, bool]]) -> Iterator[Held]:
    if not of:
        yield Held(technology, None, "it was not asked about")
    answered_whole = any(is_whole for is_whole, _, _, _ in of.values())
    for source, (_, has_some, note, spoke_before) in sorted(of.items()):
        if not has_some and (spoke_before or not answered_whole):
            yield Held(technology, source, note or "the query was refused or could not be read")


def unexpected(
    con: duckdb.DuckDBPyConnection, technologies: Sequence[str], expected: Mapping[str, int], *, first: bool
) -> list[Held]:
    """Return the technologies with far fewer families than `expected`, or none the first time; call after the merge.

    Raises NothingCameError when it is the first run of the workspace and nothing was found for any technology.
    """
    counts = dict(
        con.execute("SELECT technology_id, count(DISTINCT family_key) FROM family_memberships GROUP BY ALL").fetchall()
    )
    if first and technologies and not any(counts.get(t) for t in technologies):
        msg = (
            f"The first run found nothing for any of {len(technologies)} technologies, so nothing was published. "
            "Check the queries (`stuckneck catalogue check`) and the services (`stuckneck doctor`); if an empty list "
            "is right, `stuckneck place` publishes it."
        )
        raise NothingCameError(msg)
    known = {row[0] for row in con.execute("SELECT DISTINCT technology_id FROM run_placements").fetchall()}
    out = []
    for technology in technologies:
        count, wanted = counts.get(technology, 0), expected.get(technology)
        if wanted is not None and count < _FAR_FEWER * wanted:
            out.append(Held(technology, None, f"{count:,} families where about {wanted:,} are expected"))
        elif not count and technology not in known:
            out.append(Held(technology, None, "nothing was found the first time it was asked; check its query"))
    return out


def hold(con: duckdb.DuckDBPyConnection, run_id: int, held: Sequence[Held]) -> None:
    """Store what a run could not speak about (``run_held``) in place of what it had stored."""
    with transaction(con):
        con.execute("DELETE FROM run_held WHERE run_id = ?", [run_id])
        for one in held:
            con.execute("INSERT INTO run_held VALUES (?, ?, ?, ?)", [run_id, one.technology_id, one.source, one.why])


def sentence(held: Sequence[Held]) -> str:
    """Return in a few words which technologies are held; empty when none is."""
    names = list(dict.fromkeys(one.technology_id for one in held))
    if not names:
        return ""
    shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    return f"held for want of usable answers: {shown} (table run_held says why)"
