"""The neutral query in the CQL of EPO OPS.

What OPS can say is said exactly; what it cannot is widened, so that the compiled query finds at least every
document that satisfies the neutral one, and the local evaluation decides (docs/sources.md, OPS):

- claims have no index: ``cl:`` drops out (of a conjunction), or opens a disjunction to everything;
- filing dates have no index: ``ad:2001..`` becomes ``pd>=2001`` (nothing is published before it is filed), an upper
  bound drops out;
- stop words are not indexed: a phrase that holds one becomes the conjunction of its other words, and is not excluded;
- groups and subgroups are excluded locally only, because which subgroups an excluded symbol takes with it at the
  service is not documented (sections, classes and subclasses are recorded and excluded there);
- ``not`` cannot start a query: a pure exclusion comes after a publication range that everything satisfies.

The Booleans of CQL have equal precedence, so every group is parenthesised. Text terms are compiled from their
tokens, which hold letters and digits only; quotes and backslashes are escaped all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from etl.query.ast import And, Dates, Leaf, Not, Or, Query, Symbol, Text
from etl.query.canonical import canonical
from etl.query.text import spell

_TEXT_INDEX = {"ti": "ti", "ab": "ab", "tiab": "ta", "pa": "pa"}
# EPO: "Stop words, which are common words such as FOR, WITH, THE, BUT, AND, OF, ANY, etc, are not searchable."
STOP_WORDS = frozenset(
    {"a", "all", "an", "and", "any", "as", "at", "but", "by", "for", "from", "in", "is", "not", "of", "on", "or", "out",
     "the", "to", "with", "within"}
)  # fmt: skip
EVERYTHING = 'pd within "17820101 21001231"'


@dataclass(frozen=True, slots=True)
class _Clause:
    """A piece of CQL; `excluded`: the documents meant are those the piece does not match."""

    cql: str
    excluded: bool = False


def compile_ops(
    query: Query, published_from: date | None = None, published_to: date | None = None, office: str | None = None
) -> str:
    """Return CQL whose hits include every document published in the range (by `office`) that satisfies `query`.

    Both dates are inclusive; `office` is a publishing authority (``CN``). The query may use more words than OPS
    allows: `etl.sources.epo_ops.query.parts.ops_parts` cuts it into several that do not.
    """
    clause = _clause(query)
    limits = []
    if published_from or published_to:
        limits.append(_range(published_from, published_to))
    if office:
        limits.append(f"pn={_quote(office)}")
    if clause is None:
        return " and ".join(limits) or EVERYTHING
    if clause.excluded:
        return f"({' and '.join(limits) or EVERYTHING}) not ({clause.cql})"
    return " and ".join([f"({clause.cql})", *limits])


@lru_cache(maxsize=256)  # slices of one query differ in their limits alone
def _clause(query: Query) -> _Clause | None:
    return _compile(canonical(query))


def _compile(query: Query) -> _Clause | None:
    """Return the clause of a canonical query, None when everything has to be let through."""
    if isinstance(query, And):
        return _conjunction(_compile(operand) for operand in query.operands)
    if isinstance(query, Or):
        return _disjunction(_compile(operand) for operand in query.operands)
    if isinstance(query, Not):
        return _excluded(query.operand)
    cql = _leaf(query)
    return None if cql is None else _Clause(cql)


def _excluded(leaf: Query) -> _Clause | None:
    """Return the exclusion of a term (negations are at the terms of a canonical query); None where it is inexact."""
    if isinstance(leaf, And | Or | Not) or leaf.field in {"ad", "cl"}:
        return None
    if isinstance(leaf, Symbol) and "/" in leaf.symbol:
        return None
    if isinstance(leaf, Text) and not STOP_WORDS.isdisjoint(leaf.tokens):
        return None
    cql = _leaf(leaf)
    return None if cql is None else _Clause(cql, excluded=True)


def _conjunction(clauses: Iterable[_Clause | None]) -> _Clause | None:
    stated = [clause for clause in clauses if clause is not None]
    wanted = [clause.cql for clause in stated if not clause.excluded]
    barred = [clause.cql for clause in stated if clause.excluded]
    if not stated:
        return None
    if not wanted:
        return _Clause(_joined("or", barred), excluded=True)
    if not barred:
        return _Clause(_joined("and", wanted))
    return _Clause(f"({_joined('and', wanted)}) not ({_joined('or', barred)})")


def _disjunction(clauses: Iterable[_Clause | None]) -> _Clause | None:
    stated = []
    for clause in clauses:
        if clause is None:
            return None
        stated.append(f"{EVERYTHING} not ({clause.cql})" if clause.excluded else clause.cql)
    return _Clause(_joined("or", stated))


def _joined(boolean: str, parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f" {boolean} ".join(f"({part})" if " " in part else part for part in parts)


def _leaf(leaf: Leaf) -> str | None:
    if isinstance(leaf, Text):
        return _text(leaf)
    if isinstance(leaf, Symbol):
        return f"{leaf.field}={_quote(leaf.stem + ('*' if leaf.is_prefix and '/' in leaf.symbol else ''))}"
    return _dates(leaf)


def _text(leaf: Text) -> str | None:
    index = _TEXT_INDEX.get(leaf.field)
    if index is None:
        return None
    if leaf.truncated:
        return f"{index}={leaf.tokens[0]}*"
    kept = [token for token in leaf.tokens if token not in STOP_WORDS]
    if len(kept) == len(leaf.tokens):
        return f"{index}={_quote(spell(leaf.tokens))}"
    return " and ".join(f"{index}={_quote(word)}" for word in kept) or None


def _dates(leaf: Dates) -> str | None:
    if leaf.field == "pd":
        return _range(leaf.first, leaf.last)
    return None if leaf.first is None else _range(leaf.first, None)


def _range(first: date | None, last: date | None) -> str:
    if first and last:
        return f'pd within "{first:%Y%m%d} {last:%Y%m%d}"'
    return f"pd>={first:%Y%m%d}" if first else f"pd<={last:%Y%m%d}"


def _quote(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if not words.isalnum() or words.lower() in {"and", "or", "not", "any", "all"} else escaped
