"""Delivery: alerts go out from an outbox in the warehouse, at least once (docs/alerts.md)."""

from schedules.delivery.deliver import DeliveryReport, deliver, send_test, tell
from schedules.delivery.notify import AppriseNotifier, Message, Notifier, Sent

__all__ = ["AppriseNotifier", "DeliveryReport", "Message", "Notifier", "Sent", "deliver", "send_test", "tell"]
