"""docs/alerts.md names every rule, key, state and command, and its examples are valid."""

import re
import tomllib
from pathlib import Path

from app.operate.alerts import alerts_app
from schedules.alerts.basis.book import STATES
from schedules.alerts.rules import built_in, rules_of
from warehouse.sections.alerting import AlertRule, Alerts, Channel, Delivery
from warehouse.settings import parse_settings

TEXT = (Path(__file__).parents[3] / "docs" / "alerts.md").read_text(encoding="utf-8")


def test_every_rule_key_state_and_command_is_in_the_page():
    names = {f"`{rule}`" for rule in built_in()} | {f"`{state}`" for state in STATES}
    keys = {k for model in (Alerts, Channel, Delivery, AlertRule) for k in model.model_fields}
    commands = {f"stuckneck alerts {c.name}" for c in alerts_app.registered_commands}
    for text in names | commands:
        assert text in TEXT, text
    for key in keys - {"rules", "channels"}:
        assert re.search(rf"^{key} = ", TEXT, re.MULTILINE), key
    for service in ("dingtalk://", "feishu://", "wecombot://", "slack://", "mailtos://", "jsons://"):
        assert service in TEXT


def test_the_examples_are_valid_settings():
    text = "\n".join(re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL))
    settings = parse_settings(text)
    assert "few_families" in rules_of(settings)
    assert settings.delivery.channels["team"] == Channel(
        url_env="STUCKNECK_TEAM_URL", immediate_rules=("moved",), digest_rules=("newcomer",),
        quiet_hours=("22:00", "08:00"), attach_chart=True,
    )  # fmt: skip
    assert settings.alerts.model_dump(exclude={"rules"}) == Alerts().model_dump(exclude={"rules"})
    assert tomllib.loads(text)
