"""Thresholds of the alert rules, and the channels that alerts are sent through."""

from __future__ import annotations

from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from warehouse.sections.base import HourMinute, Section, Share, Variable


class Channel(Section):
    """One `[delivery.channels.NAME]`: `url_env` names the environment variable that holds the Apprise address.

    `attach_chart` is left to the kind of channel where it is not stated: not to a webhook, else where files are taken.
    `rules` limits the channel to those rules (empty: all); `immediate_rules` and `digest_rules` differ from `mode`.
    """

    url_env: Variable
    recipient: str = "everyone"
    attach_chart: bool | None = None
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


class Delivery(Section):
    """Where alerts go."""

    channels: dict[str, Channel] = Field(default={})
    max_attempts: int = Field(default=200, ge=1)


class AlertRule(Section):
    """One `[alerts.rules.NAME]`: a rule of the user's own as SQL, or a change to a built-in one (docs/alerts.md)."""

    sql: str | None = None
    title: str | None = None
    title_zh: str | None = None
    severity: Literal["info", "notice", "urgent"] | None = None
    enabled: bool = True


class Alerts(Section):
    """Thresholds of the built-in alert rules; `rules` holds the user's own, as SQL (docs/alerts.md)."""

    confirm_probability: Share = 0.8
    confirm_runs: int = Field(default=2, ge=1)
    hysteresis: Share = 0.01
    approaching_probability: Share = 0.5
    stale_days: int = Field(default=14, ge=1)
    late_hours: int = Field(default=24, ge=1)
    incident_audits: tuple[str, ...] = (
        "families_fell", "slices_differ", "records_rejected", "unanswered",
        "sentinels_differ", "fields_emptied", "totals_jumped",
    )  # fmt: skip
    rules: dict[str, AlertRule] = Field(default={})
