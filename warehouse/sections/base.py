"""What every section of ``stuckneck.toml`` is made of: unknown keys are refused, values never change."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def like(pattern: str, expected: str) -> AfterValidator:
    """Return the check that a text matches `pattern`; `expected` says so in words, with an example."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"expected {expected}")
        return value

    return AfterValidator(check)


Share = Annotated[float, Field(ge=0, le=1)]
Country = Annotated[str, like(r"[A-Z]{2}", "a country by its name or code, such as 日本, Japan, JP or JPN")]
Variable = Annotated[  # name of an environment variable
    str, like(r"[A-Za-z_][A-Za-z0-9_]*", "the name of an environment variable, such as STUCKNECK_TEAM_URL")
]
HourMinute = Annotated[str, like(r"([01]\d|2[0-3]):[0-5]\d", "a time of day, such as 08:00")]


class Section(BaseModel):
    """A table of ``stuckneck.toml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_EXPECTED = {
    "string_type": "text in quotes", "bool_type": "true or false", "bool_parsing": "true or false",
    "int_type": "a whole number", "int_parsing": "a whole number", "int_from_float": "a whole number",
    "float_type": "a number", "float_parsing": "a number", "list_type": "a list in brackets",
    "tuple_type": "a list in brackets", "dict_type": "a table", "model_type": "a table",
    "string_too_short": "text that is not empty",
}  # fmt: skip


def mistake(error: Any) -> str:
    """Return what one error of pydantic means, in words: what was expected."""
    kind, limits = error["type"], error.get("ctx", {})
    if kind in _EXPECTED:
        return f"expected {_EXPECTED[kind]}"
    if kind == "literal_error":
        return f"expected one of {limits['expected'].replace(' or ', ', ')}"
    for name, words in (("ge", "at least"), ("gt", "more than"), ("le", "at most"), ("lt", "less than")):
        if name in limits:
            return f"expected {words} {limits[name]:g}"
    return str(error["msg"]).removeprefix("Value error, ")
