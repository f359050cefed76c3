"""Names and sentences in the language of a report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.matrix.sheet import strategy_name
from warehouse.indicators import BY_ID, in_order
from words.glossary import Language, in_language
from words.language import say

_NAMED = 8  # technologies named in a sentence; the table has them all


@dataclass(frozen=True, slots=True)
class Words:
    """Names and sentences in the report's language."""

    language: Language

    def say(self, text: str) -> str:
        """Return a sentence in this language."""
        return say(text, self.language)

    def name(self, row: dict[str, Any]) -> str:
        """Return a technology's name, its id where it has none."""
        return str(row[f"name_{self.language}"] or row["technology_id"])

    def indicators(self, ids: Iterable[str]) -> str:
        """Return the names of indicators in a row."""
        names = (BY_ID[name].zh if self.language == "zh" else BY_ID[name].en for name in in_order(ids))
        return in_language(self.language)["sep"].join(names)

    def strategy(self, strategy: str | None) -> str | None:
        """Return a strategy's name; None stays."""
        return None if strategy is None else strategy_name(strategy, self.language)

    def listed(self, names: list[str]) -> str:
        """Return names in a row, the first few and how many more."""
        sep = in_language(self.language)["sep"]
        if len(names) <= _NAMED:
            return sep.join(names)
        return self.say(f"{sep.join(names[:_NAMED])} and {len(names) - _NAMED} more")
