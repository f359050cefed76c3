"""The settings of a workspace: ``stuckneck.toml``, validated; secrets only from the environment or ``.env``."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from dotenv import dotenv_values
from pydantic import BaseModel, Field, SecretStr, ValidationError

from warehouse.sections.alerting import Alerts, Delivery
from warehouse.sections.base import Section, mistake
from warehouse.sections.gathering import Harvest, Sources
from warehouse.sections.measuring import POLICIES, Holders, Place, Policy, Quality, Review
from warehouse.sections.operating import Backup, Engine, Logs, Monitor, Report, Retention, Runs, Schedule, Sql, Web
from warehouse.sections.provinces import Provinces


class SettingsError(ValueError):
    """A setting is unknown, misspelt or invalid; the message names the file, the key and the nearest valid one."""


class Settings(Section):
    """All settings; every key has a default, so an empty file is valid.

    `lang` is the language of the program (default: the locale's), `time_zone` the zone in which moments are printed.
    """

    lang: Literal["zh", "en"] | None = None
    time_zone: str = "Asia/Shanghai"
    place: Place = Place()
    screening: dict[str, Policy] = Field(default={})
    sources: Sources = Sources()
    harvest: Harvest = Harvest()
    sql: Sql = Sql()
    engine: Engine = Engine()
    web: Web = Web()
    schedule: dict[str, Schedule] = Field(default={})
    alerts: Alerts = Alerts()
    delivery: Delivery = Delivery()
    review: Review = Review()
    quality: Quality = Quality()
    holders: Holders = Holders()
    provinces: Provinces = Provinces()
    retention: Retention = Retention()
    backup: Backup = Backup()
    report: Report = Report()
    logs: Logs = Logs()
    monitor: Monitor = Monitor()
    runs: Runs = Runs()

    def policy(self, name: str | None = None) -> Policy:
        """Return the screening policy `name` (default: the one in force). Raises SettingsError when there is none."""
        wanted = name or self.place.screening
        known = {**POLICIES, **self.screening}
        if wanted not in known:
            msg = (
                f"stuckneck.toml: place.screening = {wanted!r} is no policy; "
                f"known: {', '.join(sorted(known))}{_nearest(wanted, known)}."
            )
            raise SettingsError(msg)
        return known[wanted]


def _nearest(key: str, valid: Mapping[str, Any] | list[str]) -> str:
    close = difflib.get_close_matches(key, list(valid), n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else ""


def _valid_keys(model: type[BaseModel], path: tuple[Any, ...]) -> list[str]:
    """Return the keys that would have been valid where `path` (of a pydantic error) went wrong."""
    current: Any = model
    for step in path:
        if not (isinstance(current, type) and issubclass(current, BaseModel)):
            return []
        info = current.model_fields.get(str(step))
        if info is None:
            return []
        current = info.annotation
        args = getattr(current, "__args__", ())
        if args and isinstance(args[-1], type) and issubclass(args[-1], BaseModel):
            return list(args[-1].model_fields)
    if isinstance(current, type) and issubclass(current, BaseModel):
        return list(current.model_fields)
    return []


def parse_settings(
    text: str,
    file: str = "stuckneck.toml",
    model: type[Settings] = Settings,
    prepare: Callable[[dict[str, Any]], dict[str, Any]] = dict,
) -> Settings:
    """Return the settings in TOML `text`. Raises SettingsError naming `file`, the key and what is valid.

    `model` is the model with the tables of the sources (`etl.sources.settings.settings_model`); without it a table
    ``[sources.NAME]`` is unknown. `prepare` may change what is stated before it is checked.
    """
    return _validated(prepare(_table(text, file)), file, model)


def _table(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        msg = f"{file}: not valid TOML: {error}."
        raise SettingsError(msg) from error


def _validated(table: Mapping[str, Any], file: str, model: type[Settings]) -> Settings:
    try:
        return model.model_validate(table)
    except ValidationError as error:
        lines = []
        for item in error.errors(include_url=False):
            path = item["loc"]
            key = ".".join(str(p) for p in path)
            if item["type"] == "extra_forbidden":
                valid = _valid_keys(model, path[:-1])
                lines.append(
                    f"{file}: unknown key {key!r}{_nearest(str(path[-1]), valid)} Valid here: {', '.join(valid)}."
                )
            else:
                # an address put where its variable's name belongs is a secret all the same
                found = "an address or another text" if path[-1] in ("url_env", "ping_env") else repr(item.get("input"))
                lines.append(f"{file}: {key}: {mistake(item)}; found {found}.")
        raise SettingsError("\n".join(lines)) from None


def opening_settings(file: Path) -> tuple[Engine, Runs]:
    """Return the sections ``[engine]`` and ``[runs]`` of a settings file; the defaults for what is not there.

    The rest of the file is not looked at, for the warehouse is opened before the sources' own tables are known. Raises
    SettingsError.
    """
    if not file.is_file():
        return Engine(), Runs()
    stated = _table(file.read_text(encoding="utf-8"), file.name)
    found = _validated({key: stated[key] for key in ("engine", "runs") if key in stated}, file.name, Settings)
    return found.engine, found.runs


def secret(root: Path, name: str, environ: Mapping[str, str] | None = None) -> SecretStr | None:
    """Return the secret `name` from the environment, else from ``ROOT/.env``; None when it is in neither."""
    value = (os.environ if environ is None else environ).get(name) or dotenv_values(root / ".env").get(name)
    return SecretStr(value) if value else None
