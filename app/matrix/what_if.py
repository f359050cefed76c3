"""The settings of a call that asks "what if": the workspace's own but for what the call says."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from etl.normalise.places.countries import asked_country
from warehouse.sections.base import mistake
from warehouse.settings import Settings, SettingsError


def adapted(settings: Settings, **changes: Any) -> Settings:
    """Return settings with some of ``[place]`` changed for this call (None: as it is). Raises SettingsError."""
    wanted = {k: v for k, v in changes.items() if v is not None}
    try:
        place = type(settings.place).model_validate({**settings.place.model_dump(), **wanted})
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc']))}: {mistake(e)}; found {e.get('input')!r}." for e in error.errors()]
        raise SettingsError("\n".join(f"place.{line}" for line in lines)) from None
    return settings.model_copy(update={"place": place})


def what_if(
    own: Settings, *, country: str | None = None, screening: str | None = None, windows: str | None = None
) -> Settings:
    """Return the settings of a call: the workspace's own but for what is given. Raises SettingsError.

    A policy that names windows of its own (``paper``: the paper's fixed ones) brings them unless windows are given.
    """
    brought = own.policy(screening).windows if screening is not None else None
    focal = None if country is None else asked_country(country) or country
    return adapted(own, focal_country=focal, screening=screening, windows=windows or brought)
