"""The settings of a workspace: ``stuckneck.toml``, validated; secrets only from the environment or ``.env``."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator


class SettingsError(ValueError):
    """A setting is unknown, misspelt or invalid; the message names the file, the key and the nearest valid one."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Share = Annotated[float, Field(ge=0, le=1)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class Policy(_Section):
    """One screening policy (docs/methods.md, Screening).

    `unknown_passes`: a family whose step cannot be decided stays.
    """

    published_before: date | Literal["as_of"] | None = None
    applications_and_grants: bool = False
    include_utility_models: bool = True
    in_force: bool = False
    no_legal_event: bool = False
    min_citations: int = Field(default=0, ge=0)
    unknown_passes: bool = True
    windows: Literal["fixed", "rolling"] | None = None


POLICIES: Mapping[str, Policy] = MappingProxyType(
    {
        "paper": Policy(
            published_before=date(2021, 6, 1),
            applications_and_grants=True,
            include_utility_models=False,
            in_force=True,
            no_legal_event=True,
            min_citations=1,
            windows="fixed",
        ),
        "monitor": Policy(
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


class Place(_Section):
    """How technologies are measured and placed (docs/methods.md)."""

    focal_country: Country = "CN"
    country_rule: Literal["default", "priority", "office", "fractional"] = "default"
    screening: str = "monitor"
    window_date: Literal["filing", "priority"] = "filing"
    windows: Literal["fixed", "rolling"] = "fixed"
    earlier: tuple[int, int] = (2001, 2010)
    later: tuple[int, int] = (2011, 2021)
    top: int = Field(default=20, ge=1)
    cut_capability: Share = 0.5
    cut_dynamics: Share = 0.5
    watch_margin: Share = 0.02
    coverage_floor: Share = 0.8
    baseline_run: int | None = None
    baseline: Literal["paper"] | None = None
    bootstrap_draws: int = Field(default=1000, ge=0)
    seed: int = 20210601
    keep_run_families: int = Field(default=3, ge=1)
    network: bool = True

    @model_validator(mode="after")
    def _one_baseline(self) -> Place:
        if self.baseline is not None and self.baseline_run is not None:
            msg = "baseline and baseline_run each name what the anchored frame keeps; state one of them"
            raise ValueError(msg)
        return self


class Sources(_Section):
    """What holds for all sources; each has a table of its own (`etl.sources.settings` adds them).

    `synthetic` marks a workspace that harvests the simulated office.
    """

    synthetic: bool = False


class Harvest(_Section):
    """How queries are harvested.

    `expected` says of a technology about how many families there are: under a tenth of it a person is told.
    """

    published_from: date = date(1900, 1, 1)
    lag_days: int = Field(default=90, ge=0)
    enrichment_requests: int = Field(default=500, ge=0)
    topics: bool = True
    expected: dict[str, Annotated[int, Field(ge=1)]] = {}


class Sql(_Section):
    """Limits on `stuckneck sql` and every query of other people's."""

    memory_mb: int = Field(default=2048, ge=256)
    seconds: int = Field(default=60, ge=1)
    threads: int = Field(default=2, ge=1)
    max_rows: int = Field(default=100_000, ge=1)


class Schedule(_Section):
    """One `[schedule.NAME]`: either `cron` (five fields) or `every` (e.g. "6h", "1d"), in `time_zone`."""

    task: Literal["refresh", "review", "prune", "deliver", "heartbeat"]
    cron: str | None = None
    every: str | None = None
    time_zone: str = "Asia/Shanghai"
    enabled: bool = True

    @model_validator(mode="after")
    def _one_of(self) -> Schedule:
        if (self.cron is None) == (self.every is None):
            msg = "give exactly one of cron and every"
            raise ValueError(msg)
        return self


HourMinute = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Channel(_Section):
    """One `[delivery.channels.NAME]`: `url_env` names the environment variable that holds the Apprise address.

    `rules` limits the channel to those rules (empty: all); `immediate_rules` and `digest_rules` differ from `mode`.
    """

    url_env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
    recipient: str = "everyone"
    attach_chart: bool = True
    per_hour: int = Field(default=20, ge=1)
    mode: Literal["immediate", "digest"] = "immediate"
    immediate_rules: tuple[str, ...] = ()
    digest_rules: tuple[str, ...] = ()
    digest_at: HourMinute = "08:00"
    quiet_hours: tuple[HourMinute, HourMinute] | None = None
    time_zone: str = "Asia/Shanghai"
    language: Literal["zh", "en", "both"] = "both"
    nothing_moved: bool = False
    rules: tuple[str, ...] = ()

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            msg = "is no time zone; write one like Asia/Shanghai"
            raise ValueError(msg) from None
        return value


class Delivery(_Section):
    """Where alerts go."""

    channels: dict[str, Channel] = {}
    max_attempts: int = Field(default=200, ge=1)


class AlertRule(_Section):
    """One `[alerts.rules.NAME]`: a rule of the user's own as SQL, or a change to a built-in one (docs/alerts.md)."""

    sql: str | None = None
    title: str | None = None
    title_zh: str | None = None
    severity: Literal["info", "notice", "urgent"] | None = None
    enabled: bool = True


class Alerts(_Section):
    """Thresholds of the built-in alert rules; `rules` holds the user's own, as SQL (docs/alerts.md)."""

    confirm_probability: Share = 0.8
    confirm_runs: int = Field(default=2, ge=1)
    hysteresis: Share = 0.01
    stale_days: int = Field(default=14, ge=1)
    late_hours: int = Field(default=24, ge=1)
    incident_audits: tuple[str, ...] = ("families_fell", "slices_differ", "records_rejected", "unanswered")
    rules: dict[str, AlertRule] = {}


class Web(_Section):
    """The workbench (`stuckneck serve`)."""

    upload_mb: int = Field(default=200, ge=1, le=4000)
    session_hours: int = Field(default=12, ge=1)
    hosts: tuple[str, ...] = ()
    proxy_user_header: str | None = None
    https_only: bool = False


class Review(_Section):
    """Floors of the list review."""

    min_families: int = Field(default=30, ge=1)
    min_families_window: int = Field(default=10, ge=1)
    min_confirmed: Share = 0.8
    max_growth: float = Field(default=3.0, gt=1)
    max_overlap: Share = 0.5
    apply: bool = False


class Provinces(_Section):
    """The provincial study (docs/methods.md, Provinces; docs/provinces.md). Codes of provinces are GB/T 2260."""

    topic: str = "ic-manufacturing"
    outcome_year: int | None = Field(default=None, ge=1900, le=2100)
    lag_years: int = Field(default=1, ge=0, le=20)
    year_by: Literal["publication", "filing"] = "publication"
    from_applicant_name: bool = True
    exclude: tuple[Annotated[str, Field(pattern=r"^\d{6}$")], ...] = (
        "540000", "640000", "650000", "710000", "810000", "820000",
    )  # fmt: skip
    conditions: tuple[str, ...] = (
        "digital_technology", "rd_intensity", "organizational_agglomeration", "industrial_coordination",
        "market_environment", "government_support",
    )  # fmt: skip
    quantile_type: Literal[2, 6, 7] = 7
    anchors: dict[str, tuple[float, float, float]] = {}
    half: Literal["keep", "raise", "lower"] = "raise"
    nca_data: Literal["calibrated", "raw"] = "calibrated"
    nca_effect: Share = 0.1
    nca_p: Share = 0.05
    permutations: int = Field(default=10_000, ge=0)
    seed: int = Field(default=20210601, ge=0, lt=2**31)
    necessity: Share = 0.9
    consistency: Share = 0.85
    pri: Share = 0.75
    frequency: int = Field(default=1, ge=1)
    expectations: dict[str, Literal["present", "absent", "none"]] = {}
    robust_consistency: Share = 0.9
    on_refresh: bool = True


class Retention(_Section):
    """What is kept, and for how long."""

    snapshots: int = Field(default=8, ge=1)
    landing_days: int = Field(default=400, ge=1)


class Settings(_Section):
    """All settings; every key has a default, so an empty file is valid.

    `lang` is the language of the program (default: the locale's), `time_zone` the zone in which moments are printed.
    """

    lang: Literal["zh", "en"] | None = None
    time_zone: str = "Asia/Shanghai"
    place: Place = Place()
    screening: dict[str, Policy] = {}
    sources: Sources = Sources()
    harvest: Harvest = Harvest()
    sql: Sql = Sql()
    web: Web = Web()
    schedule: dict[str, Schedule] = {}
    alerts: Alerts = Alerts()
    delivery: Delivery = Delivery()
    review: Review = Review()
    provinces: Provinces = Provinces()
    retention: Retention = Retention()

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


def parse_settings(text: str, file: str = "stuckneck.toml", model: type[Settings] = Settings) -> Settings:
    """Return the settings in TOML `text`. Raises SettingsError naming `file`, the key and what is valid.

    `model` is the model with the tables of the sources (`etl.sources.settings.settings_model`); without it a table
    ``[sources.NAME]`` is unknown.
    """
    try:
        return model.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        msg = f"{file}: not valid TOML: {error}."
        raise SettingsError(msg) from error
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
                found = "an address or another text" if path[-1] == "url_env" else repr(item.get("input"))
                lines.append(f"{file}: {key}: {item['msg']}; found {found}.")
        raise SettingsError("\n".join(lines)) from None


def secret(root: Path, name: str, environ: Mapping[str, str] | None = None) -> SecretStr | None:
    """Return the secret `name` from the environment, else from ``ROOT/.env``; None when it is in neither."""
    value = (os.environ if environ is None else environ).get(name) or dotenv_values(root / ".env").get(name)
    return SecretStr(value) if value else None
