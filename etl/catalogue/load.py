"""Reading ``technologies.toml`` and ``topics.toml``; every mistake is one sentence naming file, item and key."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from etl.catalogue.models import Catalogue, Category, Id, Technology, Topic
from etl.query.lexer import QuerySyntaxError
from etl.query.parser import parse
from warehouse.sections.base import mistake

TECHNOLOGIES = "technologies.toml"
TOPICS = "topics.toml"


Model = TypeVar("Model", bound=BaseModel)


class CatalogueError(ValueError):
    """The list cannot be used: the message holds one sentence per mistake (file, item, key, what was expected)."""


class _TopicEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    id: Id
    parent: str
    name_zh: str
    name_en: str = ""
    query: str


class _CategoryEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    id: Id
    category: Category
    name_zh: str
    name_en: str = ""
    scope: str | None = None


class _Edition(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str | None = None


class _TechnologiesFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    edition: _Edition = _Edition()
    technology: list[Technology] = []


class _TopicsFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    edition: _Edition = _Edition()
    category: list[_CategoryEntry] = []
    topic: list[_TopicEntry] = []


_ENTRIES: dict[str, type[BaseModel]] = {
    "technology": Technology,
    "category": _CategoryEntry,
    "topic": _TopicEntry,
    "edition": _Edition,
}


def packaged_text(name: str) -> str:
    """Return the packaged ``technologies.toml`` or ``topics.toml``: what a new workspace starts with."""
    return files("etl.catalogue").joinpath(name).read_text(encoding="utf-8")


def packaged_catalogue(name: str = TECHNOLOGIES) -> Catalogue:
    """Return the packaged list of technologies (or, by name, of topics)."""
    return parse_catalogue(packaged_text(name), name)


def load_catalogue(path: Path) -> Catalogue:
    """Return the list in the file `path`; whether it holds technologies or topics is seen from its tables.

    Raises CatalogueError. Queries are not parsed here: `etl.catalogue.check.check` reports on all of them at once.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        msg = f"{path}: there is no such file; `stuckneck init` writes one."
        raise CatalogueError(msg) from None
    except UnicodeDecodeError as error:
        msg = f"{path.name}: not UTF-8 at byte {error.start}; save the file as UTF-8."
        raise CatalogueError(msg) from None
    return parse_catalogue(text, path.name)


def parse_catalogue(text: str, file: str) -> Catalogue:
    """Return the list in TOML `text`; `file` names it in messages. Raises CatalogueError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        msg = f"{file}: not valid TOML: {error}."
        raise CatalogueError(msg) from None
    if "topic" in data or "category" in data:
        topics = _validate(_TopicsFile, data, file)
        return Catalogue(kind="topics", file=file, name=topics.edition.name, topics=_topics(topics, file))
    listed = _validate(_TechnologiesFile, data, file)
    if not listed.technology:
        msg = f"{file}: no [[technology]] in it; expected a list of technologies or of topics."
        raise CatalogueError(msg)
    return Catalogue(kind="technologies", file=file, name=listed.edition.name, technologies=tuple(listed.technology))


def _topics(listed: _TopicsFile, file: str) -> tuple[Topic, ...]:
    """Put each scope before its topics' queries; a category's query is the union of its topics."""
    categories = {category.id: category for category in listed.category}
    wholes: dict[str, list[str]] = {category: [] for category in categories}
    topics, problems = [], list[str]()
    for entry in listed.topic:
        parent = categories.get(entry.parent)
        if parent is None:
            hint = _nearest(entry.parent, categories)
            problems.append(f"{file}: topic {entry.id}: parent = {entry.parent!r} is no category{hint}")
            continue
        query = f"({parent.scope}) AND ({entry.query})" if parent.scope else entry.query
        wholes[parent.id].append(entry.query)
        common = entry.model_dump(include={"id", "name_zh", "name_en", "parent"})
        topics.append(Topic(**common, category=parent.category, query=query))
    if problems:
        raise CatalogueError("\n".join(problems))
    heads = []
    for category in listed.category:
        parts = " OR ".join(f"({query})" for query in wholes[category.id]) or None
        whole = f"({category.scope}) AND ({parts})" if category.scope and parts else parts
        heads.append(Topic(**category.model_dump(exclude={"scope"}), query=whole))
    return (*heads, *topics)


def _validate(model: type[Model], data: dict[str, Any], file: str) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        lines = [_sentence(item, data, file) for item in error.errors()]
        raise CatalogueError("\n".join([*lines, *_unreadable(data, file)])) from None


def _unreadable(data: dict[str, Any], file: str) -> Iterator[str]:
    """What is wrong with the queries, said together with what else is wrong."""
    for entries in data.values():
        for entry in entries if isinstance(entries, list) else ():
            query = entry.get("query") if isinstance(entry, dict) else None
            if isinstance(query, str) and query.strip():
                try:
                    parse(query, f"{file}: {entry.get('id', '?')}")
                except QuerySyntaxError as error:
                    yield str(error)


def _sentence(item: Any, data: dict[str, Any], file: str) -> str:
    """Return one mistake in words: file, item, key, what was expected."""
    table, *rest = item["loc"]
    where, key = f"{file}: {table}", str(table)
    model = _ENTRIES.get(key)
    if rest and isinstance(rest[0], int):
        entry = data[table][rest[0]]
        where += f" {entry.get('id', f'no. {rest[0] + 1}')}" if isinstance(entry, dict) else f" no. {rest[0] + 1}"
        rest = rest[1:]
    if rest:
        key = str(rest[0])
    if item["type"] == "extra_forbidden":
        valid = list(model.model_fields) if rest and model else list(_ENTRIES)
        return f"{where if rest else file}: unknown key {key!r}{_nearest(key, valid)} Valid here: {', '.join(valid)}."
    if item["type"] == "missing":
        return f"{where}: the key {key!r} is missing."
    said = mistake(item)
    return f"{where}: {f'{key}: ' if rest else ''}{said}" + (f"; found {item['input']!r}." if rest else ".")


def _nearest(key: str, valid: Any) -> str:
    close = difflib.get_close_matches(key, list(valid), n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else "."
