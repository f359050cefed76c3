"""How technologies are screened, measured and placed, and the floors of the list review."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal

from pydantic import Field, field_validator, model_validator

from warehouse.indicators import BY_ID, PAPER, in_order
from warehouse.sections.base import Country, Section, Share


class Policy(Section):
    """One screening policy (docs/methods.md, Screening).

    `order`: `publications` screens publications and merges families last, `families` merges first. `unknown_passes`: a
    family whose step cannot be decided stays.
    """

    order: Literal["publications", "families"] = "families"
    published_before: date | Literal["as_of"] | None = None
    applications_and_grants: bool = False
    include_utility_models: bool = True
    in_force: bool = False
    no_legal_event: bool = False
    inventor_assignments: bool = False
    min_citations: int = Field(default=0, ge=0)
    unknown_passes: bool = True
    windows: Literal["fixed", "rolling"] | None = None


POLICIES: Mapping[str, Policy] = MappingProxyType(
    {
        "paper": Policy(
            order="publications",
            published_before=date(2021, 6, 1),
            applications_and_grants=True,
            include_utility_models=False,
            in_force=True,
            no_legal_event=True,
            min_citations=1,
            windows="fixed",
        ),
        "monitor": Policy(
            order="publications",
            published_before="as_of",
            applications_and_grants=True,
            include_utility_models=False,
            in_force=True,
            no_legal_event=True,
            min_citations=1,
        ),
        "open": Policy(),
    }
)


class OwnCut(Section):
    """Lines of one technology of its own, in place of those of [place]; what is not stated is as there."""

    capability: Share | None = None
    dynamics: Share | None = None


class Place(Section):
    """How technologies are measured and placed (docs/methods.md)."""

    focal_country: Country = "CN"
    country_rule: Literal["default", "priority", "office", "fractional"] = "default"
    screening: str = "monitor"
    indicators: tuple[str, ...] = PAPER
    window_date: Literal["filing", "priority"] = "filing"
    windows: Literal["fixed", "rolling"] = "fixed"
    earlier: tuple[int, int] = (2001, 2010)
    later: tuple[int, int] = (2011, 2021)
    top: int = Field(default=20, ge=1)
    self_citations: bool = True
    cut_capability: Share = 0.5
    cut_dynamics: Share = 0.5
    cuts: dict[str, OwnCut] = Field(default_factory=dict)
    watch_margin: Share = 0.02
    coverage_floor: Share = 0.8
    baseline_run: int | None = None
    baseline: Literal["paper"] | None = None
    bootstrap_draws: int = Field(default=1000, ge=0)
    seed: int = 20210601
    keep_run_families: int = Field(default=3, ge=1)
    network: bool = True

    @field_validator("indicators")
    @classmethod
    def _known_indicators(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [name for name in names if name not in BY_ID]
        if unknown or not names:
            msg = f"names {unknown[0]!r}" if unknown else "names none"
            raise ValueError(f"{msg}; expected some of {', '.join(BY_ID)}")
        return in_order(names)

    @model_validator(mode="after")
    def _one_baseline(self) -> Place:
        if self.baseline == "paper" and self.indicators != PAPER:
            msg = 'baseline = "paper" keeps the weights of the paper\'s four indicators; place.indicators names others'
            raise ValueError(msg)
        if self.baseline is not None and self.baseline_run is not None:
            msg = "baseline and baseline_run each name what the anchored frame keeps; state one of them"
            raise ValueError(msg)
        return self


class Quality(Section):
    """What searches and records are held to (docs/methods.md, Is the search right and Completeness)."""

    precision_floor: Share = 0.8
    recall_floor: Share = 0.7
    field_fall: Share = 0.1


class Holders(Section):
    """Names of holders and their concentration (docs/methods.md, Holders)."""

    automatic: bool = False
    hhi_limit: Share = 0.25


class Review(Section):
    """Floors of the list review."""

    min_families: int = Field(default=30, ge=1)
    min_families_window: int = Field(default=10, ge=1)
    min_confirmed: Share = 0.8
    max_growth: float = Field(default=3.0, gt=1)
    max_overlap: Share = 0.5
    apply: bool = False
