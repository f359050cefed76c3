"""The settings of a workspace, with the table of each source in them: composed of what the sources' folders state."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import create_model

from etl.fetch.section import SourceSection
from etl.normalise.places.countries import asked_country
from warehouse.sections.gathering import Sources
from warehouse.settings import Settings, parse_settings

# Name in stuckneck.toml and in the warehouse → its folder; in the order in which they are harvested.
PACKAGES = {
    "epo_ops": "etl.sources.epo_ops",
    "lens": "etl.sources.lens",
    "google_bigquery": "etl.sources.google_bigquery",
}


def settings_model() -> type[Settings]:
    """Return the model of stuckneck.toml: `warehouse.settings.Settings` with a table for each source."""
    return _model(tuple(PACKAGES.items()))


@lru_cache(maxsize=8)
def _model(packages: tuple[tuple[str, str], ...]) -> type[Settings]:
    tables: dict[str, Any] = {}
    for name, package in packages:
        section = import_module(f"{package}.settings").Section
        tables[name] = (section, section())
    composed = create_model("Sources", __base__=Sources, __doc__=Sources.__doc__, **tables)
    return create_model("Settings", __base__=Settings, __doc__=Settings.__doc__, sources=(composed, composed()))


def load_settings(file: Path) -> Settings:
    """Return the settings of one ``stuckneck.toml``; a country may be stated by its name. Raises SettingsError."""
    return parse_settings(file.read_text(encoding="utf-8-sig"), file.name, settings_model(), _with_codes)


def _with_codes(stated: dict[str, Any]) -> dict[str, Any]:
    """Return what the file states with the focal country as its code; what names none is refused later."""
    place = stated.get("place")
    named = place.get("focal_country") if isinstance(place, dict) else None
    code = asked_country(named) if isinstance(named, str) else None
    return stated if code is None else {**stated, "place": {**stated["place"], "focal_country": code}}


def default_section(name: str) -> SourceSection:
    """Return the table of the source `name` with its defaults."""
    section: SourceSection = import_module(f"{PACKAGES[name]}.settings").Section()
    return section


def section_of(settings: Settings, name: str) -> SourceSection:
    """Return the table of the source `name`, of the class `Section` in its folder; defaults where nothing is stated."""
    stated: SourceSection | None = getattr(settings.sources, name, None)
    return default_section(name) if stated is None else stated
