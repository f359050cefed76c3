"""Technologies, topics and the catalogue that holds them."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from etl.query.ast import Query
from etl.query.canonical import query_hash
from etl.query.parser import parse
from warehouse.sections.base import like

ID_PATTERN = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
Id = Annotated[str, like(ID_PATTERN, "lower-case English letters, digits and hyphens, such as quantum-computing")]
Category = Literal["design", "manufacturing", "packaging-test"]


def with_names(stated: Any) -> Any:
    """Return what an entry states with `name_en`; where it is not stated, the Chinese name stands for it."""
    if isinstance(stated, dict) and not stated.get("name_en") and stated.get("name_zh"):
        return {**stated, "name_en": stated["name_zh"]}
    return stated


class _Item(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    id: Id
    name_zh: Annotated[str, Field(min_length=1)]
    name_en: Annotated[str, Field(min_length=1)] = ""  # not stated: the Chinese name
    query: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _named(cls, stated: Any) -> Any:
        return with_names(stated)

    @cached_property
    def parsed(self) -> Query | None:
        """The query as a tree, None where there is none. Raises QuerySyntaxError naming the item."""
        return None if self.query is None else parse(self.query, self.id)

    @cached_property
    def query_hash(self) -> str | None:
        """Hash of the query's canonical form. Raises QuerySyntaxError."""
        return None if self.parsed is None else query_hash(self.parsed)


class Technology(_Item):
    """One technology: watched, or a candidate kept with the reason why it is not.

    `number` is its number in the paper's Table 2, `press_numbers` and `press_names` its items in the press series of
    2018; `measurable` is False where patents do not measure it.
    """

    number: Annotated[int, Field(ge=1)] | None = None
    press_numbers: tuple[int, ...] = ()
    press_names: tuple[str, ...] = ()
    status: Literal["watched", "candidate"]
    measurable: bool = True
    reason: str | None = None

    @model_validator(mode="after")
    def _has_what_its_status_needs(self) -> Technology:
        if self.status == "watched" and not self.query:
            msg = "a watched technology needs a query"
            raise ValueError(msg)
        if self.status == "watched" and not self.measurable:
            msg = "a technology that patents do not measure (measurable = false) cannot be watched"
            raise ValueError(msg)
        if self.status == "candidate" and not self.reason:
            msg = "a candidate needs the reason why it is not watched"
            raise ValueError(msg)
        if len(self.press_numbers) != len(self.press_names):
            msg = "press_numbers and press_names must be equally many"
            raise ValueError(msg)
        return self


class Topic(_Item):
    """A category of the topic search (parent None), or a sub-topic of one; `query` is complete, scope included."""

    category: Category
    parent: str | None = None
    status: Literal["topic"] = "topic"


class Catalogue(BaseModel):
    """One list: of technologies, or of topics. `name` is the edition's name where the file gives one."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["technologies", "topics"]
    file: str
    name: str | None = None
    technologies: tuple[Technology, ...] = ()
    topics: tuple[Topic, ...] = ()

    @property
    def items(self) -> tuple[Technology | Topic, ...]:
        """The technologies, or the topics."""
        return (*self.technologies, *self.topics)

    @property
    def harvested(self) -> tuple[Technology | Topic, ...]:
        """What is harvested: the watched technologies, or the sub-topics (a category is their union)."""
        watched = tuple(t for t in self.technologies if t.status == "watched")
        return (*watched, *(t for t in self.topics if t.parent is not None))

    def get(self, item_id: str) -> Technology | Topic:
        """Return the item of that id. Raises KeyError."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise KeyError(item_id)
