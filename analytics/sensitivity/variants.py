"""The choices a placement rests on, and every other choice that could have been made: one changed at a time.

Source: docs/methods.md, Sensitivity.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, get_args

from analytics.measure.country import Rule
from warehouse.sections.measuring import POLICIES
from warehouse.settings import Settings

BASE = "as it is"
WITHOUT_SOURCE = "without_source"


class Variant(NamedTuple):
    """One choice changed: what kind of choice, to what, and the settings with it. The base has kind ``as it is``."""

    kind: str
    value: str
    settings: Settings


def _with(settings: Settings, **changes: object) -> Settings:
    place = type(settings.place).model_validate({**settings.place.model_dump(), **changes})
    return settings.model_copy(update={"place": place})


def variants(settings: Settings) -> Iterator[Variant]:
    """Yield the base and every variant that needs no other data: one setting differs from the workspace's own."""
    place, policy = settings.place, settings.policy()
    yield Variant(BASE, "", settings)
    for rule in get_args(Rule):
        if rule != place.country_rule:
            yield Variant("country_rule", rule, _with(settings, country_rule=rule))
    for windows in ("fixed", "rolling"):
        if windows != place.windows:
            yield Variant("windows", windows, _with(settings, windows=windows))
    for name in sorted({*POLICIES, *settings.screening} - {place.screening}):
        yield Variant("screening", name, _with(settings, screening=name))
    other = "families" if policy.order == "publications" else "publications"
    turned = {**settings.screening, place.screening: policy.model_copy(update={"order": other})}
    yield Variant("order", other, settings.model_copy(update={"screening": turned}))
    for top in (max(1, place.top // 2), place.top + max(1, place.top // 2)):
        if top != place.top:
            yield Variant("top", str(top), _with(settings, top=top))
    counted = not place.self_citations
    yield Variant("self_citations", str(counted).lower(), _with(settings, self_citations=counted))
