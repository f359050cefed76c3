"""Alerts: rules over what runs stored, facts that are reported once, and what becomes of them (docs/alerts.md)."""

from schedules.alerts.basis.book import NoSuchAlertError, change
from schedules.alerts.basis.facts import Alert
from schedules.alerts.evaluate import evaluate_alerts, evaluate_operations, evaluate_sources
from schedules.alerts.inbox import apply_inbox, queue_request

__all__ = [
    "Alert",
    "NoSuchAlertError",
    "apply_inbox",
    "change",
    "evaluate_alerts",
    "evaluate_operations",
    "evaluate_sources",
    "queue_request",
]
