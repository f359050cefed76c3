"""Simple families from what sources say (docs/methods.md, Counting).

Publications are joined first by the sources' own simple-family ids and member lists. A publication with neither is
joined by its exact set of priorities (its own application where it claims none: DOCDB's rule), else by its
application. Such a publication may attach to a family the sources name, but never joins two of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl

import sql
from etl.load.merged.inputs import temp_table
from warehouse.frames import frame_of, registered

SCRATCH = ("nodes", "aliases", "end_numbers", "family_tokens", "family_names", "family_keys", "family_of")

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Tokens:
    nodes: IntArray
    priority: list[str | None]
    application: list[str | None]


def assign_families(con: duckdb.DuckDBPyConnection) -> None:
    """Fill the temp tables ``nodes`` and ``family_of`` from ``current_records`` and ``end_numbers``.

    ``family_of``: publication_number, node, is_harvested, is_listed, family_key (the one the family has in
    ``family_numbers``, else a new one), family_id, basis (source_id, priorities, application or single). Needs temp
    ``field_ranks`` as well, and `last_key` before.
    """
    temp_table(con, "nodes")
    temp_table(con, "family_tokens")
    row = con.execute("SELECT count(*) FROM nodes").fetchone()
    count = int(row[0]) if row else 0
    links = con.execute(sql.text("marts/source_links.sql")).fetchnumpy()
    left, right = _ints(links["a"]), _ints(links["b"])
    named = np.zeros(count, dtype=bool)
    named[left] = True
    named[right] = True
    stated = _components(count, left, right)
    extra_left, extra_right, basis = _attach(_read_tokens(con), named, stated)
    final = _components(count, np.concatenate([left, extra_left]), np.concatenate([right, extra_right]))
    words = [basis.get(i, "source_id" if named[i] else "single") for i in range(count)]
    columns = {"node": np.arange(count), "label": final, "basis": pl.Series(words, dtype=pl.String)}
    with registered(con, components=pl.DataFrame(columns)):
        for mart in ("family_names", "family_keys", "family_of"):
            temp_table(con, mart)


def last_key(con: duckdb.DuckDBPyConnection) -> None:
    """Remember the highest key ever given: a new family gets the next one, never a key that was retired."""
    con.execute(
        "SET VARIABLE last_family_key = (SELECT coalesce(max(family_key), -1) FROM"
        " (SELECT family_key FROM family_numbers UNION ALL SELECT family_key FROM family_key_changes))"
    )


def keep_keys(con: duckdb.DuckDBPyConnection) -> None:
    """Write which number has which key now, and what became of the keys that are no more.

    Call while ``families`` still is as the merge before left it.
    """
    con.execute(f"INSERT INTO family_key_changes BY NAME {sql.text('marts/family_key_changes.sql')}")
    con.execute("DELETE FROM family_numbers")
    con.execute(
        "INSERT INTO family_numbers BY NAME"
        " SELECT publication_number, family_key, is_harvested, is_listed FROM family_of"
    )


def _ints(column: npt.NDArray[np.generic]) -> IntArray:
    return np.asarray(column, dtype=np.int64)


def _components(count: int, left: IntArray, right: IntArray) -> IntArray:
    """Return for each node the least node that links lead to: one number a family, in the order of first members."""
    least = np.arange(count)
    while len(left):
        low, high = least[left], least[right]
        apart = low != high
        if not apart.any():
            break
        left, right, low, high = left[apart], right[apart], low[apart], high[apart]
        np.minimum.at(least, np.maximum(low, high), np.minimum(low, high))
        while (least[least] != least).any():
            least = least[least]
    return least


def _read_tokens(con: duckdb.DuckDBPyConnection) -> _Tokens:
    found = frame_of(con.sql("SELECT * FROM family_tokens ORDER BY node"))
    nodes = found["node"].to_numpy().astype(np.int64)
    return _Tokens(nodes, found["priority_token"].to_list(), found["application_token"].to_list())


def _attach(
    tokens: _Tokens, named: npt.NDArray[np.bool_], stated: IntArray
) -> tuple[IntArray, IntArray, dict[int, str]]:
    """Return links (left, right) for publications no source puts into a family, and what each was joined by."""
    anchor: dict[str, int] = {}  # token -> a node of the first family the sources name that has it
    for i, node in enumerate(tokens.nodes.tolist()):
        if named[node]:
            for token in (tokens.priority[i], tokens.application[i]):
                if token is not None and (token not in anchor or stated[node] < stated[anchor[token]]):
                    anchor[token] = node
    left: list[int] = []
    right: list[int] = []
    basis: dict[int, str] = {}
    for i, node in enumerate(tokens.nodes.tolist()):
        if named[node]:
            continue
        own = [(t, w) for t, w in ((tokens.priority[i], "priorities"), (tokens.application[i], "application")) if t]
        target = next(((anchor[t], w) for t, w in own if t in anchor), None)
        if target is not None:
            left.append(node)
            right.append(target[0])
            basis[node] = target[1]
            continue
        for token, word in own:
            first = anchor.setdefault("own " + token, node)
            if first != node:
                left.append(node)
                right.append(first)
                basis.setdefault(node, word)
    return np.asarray(left, dtype=np.int64), np.asarray(right, dtype=np.int64), basis
