"""What a message says: what moved, from where to where, how sure, why, how to look closer, and what the data is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from schedules.alerts.basis.facts import Alert
from schedules.delivery.notify import Message

LABELS = {
    "real": ("真实数据", "real data"),
    "synthetic": ("合成数据（模拟专利局），非真实专利", "SYNTHETIC DATA (simulated office), not real patents"),
    "mixed": ("真实与合成数据混合", "MIXED real and synthetic data"),
}
UNKNOWN_LABEL = ("数据性质未知", "data of unknown kind")
REPEAT = "（可能重复：上次发送中断 possibly a repeat: the last attempt was cut）"


def label_line(labels: Sequence[str | None], language: str) -> str:
    """Return the line that says what the data is; several kinds make it mixed, unknown stays unknown."""
    kinds = set(labels)
    kind = kinds.pop() if len(kinds) == 1 else ("mixed" if kinds - {None} else None)
    return f"[{_say(LABELS.get(str(kind), UNKNOWN_LABEL), language, ' ')}]"


def _say(pair: tuple[str, str], language: str, between: str = "\n") -> str:
    return {"zh": pair[0], "en": pair[1]}.get(language) or between.join(pair)


def title_of(alert: Alert, language: str) -> str:
    """Return an alert's one line."""
    mark = (
        ""
        if alert.data_label == "real"
        else {"zh": "［合成/非真实］", "en": "[not real data] "}.get(language, "［SYNTHETIC 合成］ ")
    )
    if alert.data_label == "mixed":
        mark = {"zh": "［混合数据］", "en": "[mixed data] "}.get(language, "［MIXED 混合］ ")
    elif alert.data_label is None:
        mark = ""
    return f"{mark}{_say((alert.title_zh, alert.title_en), language, ' | ')}"


def closer(alert: Alert) -> str:
    """Return the commands that show more."""
    lines = [f"stuckneck alerts show {alert.alert_id}"]
    if alert.technology_id:
        lines += [f"stuckneck show {alert.technology_id}", f"stuckneck history {alert.technology_id}"]
    return "\n".join(f"  {line}" for line in lines)


def text_of(alert: Alert, language: str) -> str:
    """Return one alert in full."""
    parts = [_say((alert.text_zh, alert.text_en), language)]
    if alert.why_zh and alert.why_en:
        parts.append(_say((f"原因：{alert.why_zh}", f"Why: {alert.why_en}"), language))
    parts.append(_say(("细看：", "Look closer:"), language, " ") + "\n" + closer(alert))
    if alert.as_of is not None:
        parts.append(f"{_say(('截至', 'as of'), language, ' ')} {alert.as_of.isoformat()}")
    return "\n".join(parts)


def compose(
    alerts: Sequence[Alert], language: str, *, repeat: bool = False, chart: Path | None = None,
    fields: Sequence[dict[str, Any]] = (),
) -> Message:  # fmt: skip
    """Return the message for one alert, or the digest of several; `fields` are theirs (`schedules.delivery.fields`)."""
    label = label_line([a.data_label for a in alerts], language)
    again = f"\n{REPEAT}" if repeat else ""
    stated = {"kind": "alert" if len(alerts) == 1 else "digest", "repeat": repeat, "alerts": list(fields)}
    if len(alerts) == 1:
        alert = alerts[0]
        return Message(title_of(alert, language), f"{text_of(alert, language)}\n{label}{again}", chart, stated)
    count = len(alerts)
    title = _say((f"卡脖子技术监测：{count} 条告警", f"Chokepoint monitor: {count} alerts"), language, " | ")
    blocks = [f"{n}. {title_of(a, language)}\n{text_of(a, language)}" for n, a in enumerate(alerts, start=1)]
    return Message(title, "\n\n".join(blocks) + f"\n\n{label}{again}", chart, stated)


def nothing_moved(
    run_id: int, as_of: date | None, label: str | None, language: str, chart: Path | None = None
) -> Message:
    """Return the note that a run found nothing to report."""
    day = as_of.isoformat() if as_of else "?"
    text = (
        f"运行 {run_id}（截至 {day}）：没有技术变动象限，也没有其他告警。",
        f"Run {run_id} (as of {day}): nothing moved, and there is no other alert.",
    )
    title = _say(("卡脖子技术监测：无变化", "Chokepoint monitor: nothing moved"), language, " | ")
    look = _say(("细看：", "Look closer:"), language, " ") + "\n  stuckneck matrix"
    stated = {
        "kind": "nothing_moved", "repeat": False, "run": run_id, "as_of": as_of.isoformat() if as_of else None,
        "data": label, "alerts": [],
    }  # fmt: skip
    return Message(title, f"{_say(text, language)}\n{look}\n{label_line([label], language)}", chart, stated)


def trial_message(channel: str, label: str | None, language: str, chart: Path | None = None) -> Message:
    """Return what `stuckneck alerts test` sends."""
    text = (
        f"这是 stuckneck 通过通道 {channel} 发送的测试消息，不代表任何变动。",
        f"This is a test message of stuckneck through channel {channel}. Nothing has moved.",
    )
    title = _say(("测试消息", "Test message"), language, " | ")
    stated = {"kind": "test", "repeat": False, "channel": channel, "data": label, "alerts": []}
    return Message(title, f"{_say(text, language)}\n{label_line([label], language)}", chart, stated)


def machine_message(text: str, language: str) -> Message:
    """Return a sentence about the machine that runs the watch; it says nothing about patents."""
    title = _say(("卡脖子技术监测：运行异常", "Chokepoint monitor: the machine needs a look"), language, " | ")
    return Message(title, text, None, {"kind": "machine", "repeat": False, "alerts": []})
