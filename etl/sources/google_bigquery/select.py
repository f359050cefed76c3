"""The one GoogleSQL SELECT that answers all queries: a row a publication, with a column for each query.

What a SELECT costs is decided by the columns it names, not by the rows it returns: all technologies together cost what
one does. Beside the table's own columns each row has the members of its simple family and the publications that cite
it, both found by reading the whole table the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files

from etl.query.ast import Query, Text, leaves
from etl.query.text import HAN_CLASS
from etl.sources.google_bigquery.membership import condition, yyyymmdd

# Of the nested columns only the fields that are used are named: each field is billed by itself.
_PLAIN = (
    "publication_number", "application_number", "application_kind", "pct_number", "family_id", "publication_date",
    "filing_date", "grant_date", "priority_date", "assignee",
)  # fmt: skip
_NESTED = {
    "assignee_harmonized": ("name", "country_code"),
    "priority_claim": ("application_number", "filing_date"),
    "ipc": ("code", "first"),
    "cpc": ("code", "first"),
    "citation": ("publication_number", "type", "category"),
    "title_localized": ("text", "language"),
    "abstract_localized": ("text", "language"),
}
_CLAIMS = "claims_localized"  # whole: some of its fields are in newer editions of the table only
_LOCALISED = {"titles": "title_localized", "abstracts": "abstract_localized", "claims": _CLAIMS}


def membership_column(query_hash: str) -> str:
    """Return the name of the column that says whether a row satisfies the query of that hash."""
    return f"q_{query_hash}"


def select(queries: Mapping[str, Query], table: str, *, first: date, last: date, claims: bool = True) -> str:
    """Return the SELECT for `queries` (by hash) over publications dated `first` to `last`.

    `claims`: the texts of claims come with the rows; they come anyway where a query searches them, so that the local
    evaluation can decide.
    """
    claims = claims or any("claims" in _searched(query) for query in queries.values())
    nested = [*_NESTED, *([_CLAIMS] if claims else [])]
    helpers = _helpers(queries.values())
    members = [membership_column(key) for key in queries]
    conditions = [f"{condition(query)} AS {name}" for name, query in zip(members, queries.values(), strict=True)]
    own = [*_PLAIN, *nested]
    read = [*_PLAIN, *(_fields(name) for name in nested), *(f"{text} AS {name}" for name, text in helpers.items())]
    shown = ["publication_number", *members, *(name for name in own if name != "publication_number")]
    return _template().format(
        table=table,
        first=yyyymmdd(first),
        last=yyyymmdd(last),
        read=_lines(read),
        judged=_lines([*own, *conditions]),
        shown=", ".join(shown),
        any_of=" OR ".join(members),
        found=_lines([f"found.{name}" for name in shown], 2),
    )


@cache
def _template() -> str:
    return files(__package__).joinpath("select.sql").read_text(encoding="utf-8")


def _lines(parts: list[str], indent: int = 4) -> str:
    return (",\n" + " " * indent).join(parts)


def _fields(name: str) -> str:
    """Return the used fields of a nested column, its order kept."""
    if name == _CLAIMS:
        return _CLAIMS
    fields = ", ".join(f"e.{field}" for field in _NESTED[name])
    return f"ARRAY(SELECT AS STRUCT {fields} FROM UNNEST({name}) AS e WITH OFFSET AS place ORDER BY place) AS {name}"  # noqa: S608


def _searched(query: Query) -> set[str]:
    """Return the document's fields whose text or symbols `query` searches."""
    found: set[str] = set()
    for leaf in leaves(query):
        found.update(leaf.columns if isinstance(leaf, Text) else [leaf.field])
    return found


def _helpers(queries: Iterable[Query]) -> dict[str, str]:
    """Return the columns that the conditions look into, each with what it is made of."""
    wanted = {field for query in queries for field in _searched(query)}
    out = {name: _texts("e.text", column) for name, column in _LOCALISED.items() if name in wanted}
    if "applicants" in wanted:
        out["applicants"] = (
            f"IF(ARRAY_LENGTH(assignee_harmonized) > 0, {_texts('e.name', 'assignee_harmonized')},"
            f" {_texts('e', 'assignee')})"
        )
    for field in ("ipc", "cpc"):
        if field in wanted:
            out[f"{field}_codes"] = _codes(field, is_odd=False)
            out[f"{field}_odd"] = _codes(field, is_odd=True)
    return out


def _texts(text: str, column: str) -> str:
    """Return the folded texts of a repeated column, a line feed between them, across which no phrase runs."""
    return f"IFNULL((SELECT STRING_AGG({_fold(text)}, '\\n') FROM UNNEST({column}) AS e), '')"  # noqa: S608


def _fold(text: str) -> str:
    """Return `etl.query.text.fold` of a text: tokens with one space before, between and after them."""
    spaced = f"REGEXP_REPLACE(LOWER(NORMALIZE({text}, NFKC)), r'[^\\p{{L}}\\p{{N}}{_HAN}]+', ' ')"
    apart = f"REGEXP_REPLACE({spaced}, r'([{_HAN}])', r' \\1 ')"
    return f"CONCAT(' ', TRIM(REGEXP_REPLACE({apart}, r' +', ' ')), ' ')"


def _escaped(characters: str) -> str:
    return "".join(c if c == "-" else f"\\x{{{ord(c):x}}}" for c in characters)


_HAN = _escaped(HAN_CLASS)
_USUAL = r"^[A-HY]\d\d[A-Z]([1-9]\d{0,3}/\d{2,6})?$"


def _codes(field: str, *, is_odd: bool) -> str:
    """Return the symbols between bars: those in the usual spelling, or the others without blanks and edition."""
    usual = f"REGEXP_CONTAINS(UPPER(e.code), r'{_USUAL}')"
    code, kept = "UPPER(e.code)", usual
    if is_odd:
        code = f"REGEXP_REPLACE(REGEXP_REPLACE({code}, r'[\\s\\p{{Z}}]', ''), r'^\\d', '')"
        kept = f"NOT {usual}"
    return f"IFNULL((SELECT STRING_AGG(CONCAT('|', {code}, '|'), '') FROM UNNEST({field}) AS e WHERE {kept}), '')"  # noqa: S608
