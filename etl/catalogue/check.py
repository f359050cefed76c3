"""What is wrong or doubtful in a catalogue, all of it at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from etl.catalogue.models import Catalogue, Technology
from etl.query.ast import And, Or, Query
from etl.query.canonical import canonical
from etl.query.lexer import QuerySyntaxError
from etl.query.parser import parse
from etl.sources.registry import sources
from etl.sources.settings import default_section

MANY_REQUESTS = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: an error keeps the list from being used, a warning does not."""

    severity: Literal["error", "warning"]
    item: str
    message: str


def check(catalogue: Catalogue) -> list[Finding]:
    """Return all findings: repeated ids and numbers, queries missing, unreadable, equal or contained in another's."""
    forms, unreadable = _forms(catalogue)
    missing = [
        Finding("warning", item.id, f"{catalogue.file}: {item.id}: no query: it cannot be measured.")
        for item in catalogue.items
        if item.query is None and not (isinstance(item, Technology) and not item.measurable)
    ]
    wrong = [*_repeated(catalogue), *unreadable, *_equal(catalogue, forms)]
    return [*wrong, *missing, *_contained(catalogue, forms), *_costly(catalogue, forms)]


def errors_in(catalogue: Catalogue) -> list[Finding]:
    """Return the findings of `check` that keep the list from being used; costs a fraction of it."""
    forms, unreadable = _forms(catalogue)
    return [*_repeated(catalogue), *unreadable, *_equal(catalogue, forms)]


def _forms(catalogue: Catalogue) -> tuple[dict[str, Query], list[Finding]]:
    """Return the canonical form of each query, and the queries that are none."""
    forms: dict[str, Query] = {}
    findings = []
    for item in catalogue.items:
        if item.query is not None and not item.query.strip():
            findings.append(Finding("error", item.id, f"{catalogue.file}: {item.id}: the query is empty."))
        elif item.query is not None:
            try:
                forms[item.id] = canonical(parse(item.query, f"{catalogue.file}: {item.id}"))
            except QuerySyntaxError as error:
                findings.append(Finding("error", item.id, str(error)))
    return forms, findings


def _repeated(catalogue: Catalogue) -> list[Finding]:
    ids = Counter(item.id for item in catalogue.items)
    numbers = Counter(item.number for item in catalogue.technologies if item.number is not None)
    found = [
        Finding("error", item, f"{catalogue.file}: the id {item!r} is used {count} times.")
        for item, count in ids.items()
        if count > 1
    ]
    return found + [
        Finding("error", str(number), f"{catalogue.file}: the number {number} is used {count} times.")
        for number, count in numbers.items()
        if count > 1
    ]


def _equal(catalogue: Catalogue, forms: dict[str, Query]) -> list[Finding]:
    first: dict[Query, str] = {}
    found = []
    for name, form in forms.items():
        if (other := first.setdefault(form, name)) != name:
            found.append(Finding("error", other, f"{catalogue.file}: {other} and {name} have the same query."))
    return found


def _contained(catalogue: Catalogue, forms: dict[str, Query]) -> list[Finding]:
    """Queries of which one contains the other, judged by the canonical forms alone."""
    parents = {topic.id: topic.parent for topic in catalogue.topics}
    found = []
    for (one, left), (other, right) in combinations(forms.items(), 2):
        if left != right and one != parents.get(other) and other != parents.get(one):
            inner, outer = (one, other) if _within(left, right) else (other, one) if _within(right, left) else ("", "")
            if inner:
                message = f"{catalogue.file}: everything that {inner} finds, {outer} finds too."
                found.append(Finding("warning", inner, message))
    return found


def _within(inner: Query, outer: Query) -> bool:
    """Return whether `inner` plainly implies `outer`: more conditions of the same, or fewer alternatives."""
    if inner == outer:
        return True
    if isinstance(outer, And):
        return all(_within(inner, part) for part in outer.operands)
    if isinstance(inner, Or):
        return all(_within(part, outer) for part in inner.operands)
    if isinstance(outer, Or):
        return any(_within(inner, part) for part in outer.operands)
    return isinstance(inner, And) and any(_within(part, outer) for part in inner.operands)


def _costly(catalogue: Catalogue, forms: dict[str, Query]) -> list[Finding]:
    found = []
    harvested = {item.id for item in catalogue.harvested}
    for name, form in ((name, form) for name, form in forms.items() if name in harvested):
        for source in sources():
            asked = source.compiled(form, default_section(source.name))
            count = len(asked) if isinstance(asked, list) else 1
            if count > MANY_REQUESTS:
                message = f"{catalogue.file}: {name}: {source.name} needs {count} requests per slice."
                found.append(Finding("warning", name, message))
    return found
