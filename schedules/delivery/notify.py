"""Sending one message through Apprise, with nothing of the address in logs, errors or return values."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from pydantic import SecretStr

from schedules.delivery.answer import Refused
from warehouse.extras import lacking
from words.safe import message_text, one_line


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: one line, the text, the chart where there is one, and the same as fields for webhooks.

    `files` go with a mail only.
    """

    title: str
    body: str
    chart: Path | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    files: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """How it went: `reason` (never an address) and `wait` (seconds the service asked for) when it did not."""

    ok: bool
    reason: str | None = None
    wait: float | None = None


class Notifier(Protocol):
    """Something that can send a message to an address."""

    def send(self, url: SecretStr, message: Message) -> Sent:
        """Send `message` to `url` once."""
        ...


@contextmanager
def _silenced() -> Iterator[None]:
    """Keep Apprise and its HTTP client from logging: their lines hold addresses and tokens."""
    names = ("apprise", "urllib3", "requests")
    loggers = [logging.getLogger(n) for n in names]
    before = [(log.disabled, log.propagate, log.level) for log in loggers]
    for log in loggers:
        log.disabled = True
        log.setLevel(logging.CRITICAL + 1)
    connection = logging.getLogger("urllib3.connectionpool")
    was = connection.disabled
    connection.disabled = True
    try:
        yield
    finally:
        connection.disabled = was
        for log, (disabled, propagate, level) in zip(loggers, before, strict=True):
            log.disabled, log.propagate = disabled, propagate
            log.setLevel(level)


def _plugin(url: str) -> Any:
    """Return the Apprise plugin of an address, ours where ours reads the answer; None when it is no address."""
    import apprise

    from schedules.delivery.webhooks import PLUGINS

    scheme = url.split("://", 1)[0].lower()
    own = PLUGINS.get(scheme)
    if own is None:
        # an https:// address of a known service (as its own page shows it) becomes that service's plugin
        found = apprise.Apprise.instantiate(url, suppress_exceptions=True)
        scheme = str(getattr(found, "secure_protocol", "") or "")
        if found is None or scheme not in PLUGINS:
            return found
        own, url = PLUGINS[scheme], found.url(privacy=False)
    facts = own.parse_url(url)  # type: ignore[attr-defined]
    if not facts:
        return None
    try:
        return own(**facts)
    except TypeError:  # Apprise's own exception for a malformed token derives from it
        return None


def _shown(message: Message, plugin: Any) -> tuple[str, str]:
    """Return title and body as the service shows them, and obeys nothing in them."""
    schemes = getattr(plugin, "secure_protocol", None) or getattr(plugin, "protocol", None) or ""
    service = str(schemes if isinstance(schemes, str) else schemes[0])
    return one_line(message_text(message.title, service)), message_text(message.body, service)


def is_webhook(url: SecretStr) -> bool:
    """Return whether an address is a webhook that takes JSON: a program's, not a person's."""
    return url.get_secret_value().split("://", 1)[0].strip().lower() in ("json", "jsons")


def is_mail(url: SecretStr) -> bool:
    """Return whether an address is a mailbox: the report goes there as a file."""
    return url.get_secret_value().split("://", 1)[0].strip().lower() in ("mailto", "mailtos")


class AppriseNotifier:
    """The real notifier: whatever Apprise can reach."""

    def send(self, url: SecretStr, message: Message) -> Sent:
        """Send once; a failure becomes a reason, never an exception."""
        lacks = lacking("alerts")
        if lacks is not None:
            return Sent(False, lacks)
        import apprise
        from apprise.exception import AppriseException

        from schedules.delivery.webhooks import Webhook

        with _silenced():
            try:
                plugin = _plugin(url.get_secret_value())
                if plugin is None:
                    return Sent(False, "the address is none Apprise knows, or is malformed (see docs/alerts.md)")
                paths = [str(f) for f in (message.chart, *message.files) if f is not None]
                with_files = bool(paths) and bool(getattr(plugin, "attachment_support", False))
                attach = apprise.AppriseAttachment(paths) if with_files else None
                plugin.overflow_mode = apprise.OverflowMode.SPLIT
                if isinstance(plugin, Webhook):
                    plugin.fields = message.fields
                plugin.notify_format = apprise.NotifyFormat.TEXT  # titles come from outside: nothing is markup
                title, body = _shown(message, plugin)
                ok = plugin.notify(title=title, body=body, notify_type=apprise.NotifyType.INFO, attach=attach)
            except Refused as refused:
                return Sent(False, refused.reason, refused.wait)
            except AppriseException as error:
                return Sent(False, f"the address is malformed ({type(error).__name__})")
            except OSError as error:  # its own text may hold the address
                return Sent(False, f"no connection ({type(error).__name__})")
        service = str(plugin.service_name)
        return Sent(True) if ok else Sent(False, f"{service}: refused, or no connection")
