"""The alert rules: the built-in ones (rules.toml) with the user's changes, and the user's own, as SQL."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from warehouse.sections.alerting import AlertRule
from warehouse.settings import Settings, SettingsError


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `sql` is set for the user's own; `kind` content rests on what a source said, operations does not."""

    name: str
    kind: str
    severity: str
    title_zh: str
    title_en: str
    meaning: str
    enabled: bool = True
    sql: str | None = None

    @property
    def title(self) -> tuple[str, str]:
        """(Chinese, English)."""
        return self.title_zh, self.title_en


@cache
def built_in() -> Mapping[str, Rule]:
    """Return the packaged rules by name."""
    text = files(__package__).joinpath("rules.toml").read_text(encoding="utf-8")
    return {name: Rule(name, **facts) for name, facts in tomllib.loads(text).items()}


def _changed(rule: Rule, own: AlertRule) -> Rule:
    return replace(
        rule, enabled=own.enabled, severity=own.severity or rule.severity,
        title_en=own.title or rule.title_en, title_zh=own.title_zh or rule.title_zh,
    )  # fmt: skip


def rules_of(settings: Settings) -> dict[str, Rule]:
    """Return every rule in force by name. Raises SettingsError: an unknown name without SQL, or SQL for a built-in."""
    rules = dict(built_in())
    for name, own in settings.alerts.rules.items():
        if name in rules:
            if own.sql is not None:
                msg = f"stuckneck.toml: alerts.rules.{name}: this rule is built in; give your SQL another name."
                raise SettingsError(msg)
            rules[name] = _changed(rules[name], own)
        elif own.sql is None:
            near = difflib.get_close_matches(name, rules, n=1)
            hint = f" did you mean {near[0]!r}?" if near else ""
            msg = (
                f"stuckneck.toml: alerts.rules.{name}: no built-in rule has this name;{hint} A rule of yours needs sql."
            )
            raise SettingsError(msg)
        else:
            base = Rule(name, "content", "notice", own.title or name, own.title or name, "A rule of your own.")
            rules[name] = replace(_changed(base, own), sql=own.sql)
    _check_channels(settings, rules)
    return rules


def _check_channels(settings: Settings, rules: Mapping[str, Rule]) -> None:
    for channel, facts in settings.delivery.channels.items():
        for key in ("rules", "immediate_rules", "digest_rules"):
            for name in getattr(facts, key):
                if name not in rules:
                    msg = (
                        f"stuckneck.toml: delivery.channels.{channel}.{key}: no rule {name!r}; "
                        f"there are: {', '.join(rules)}."
                    )
                    raise SettingsError(msg)
