"""Secrets of a workspace taken out of any text: what the log and the pings of a slot may contain."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from etl.sources.registry import configs
from etl.sources.settings import load_settings
from warehouse.settings import Settings, SettingsError, secret
from warehouse.workspace import Workspace

HIDDEN = "***"
_SHORTEST = 6  # a shorter value would be found in ordinary words
_IN_ADDRESS = re.compile(r"(?<=://)[^\s/@]+@")
_AUTHORISATION = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}")


def names_of_secrets(settings: Settings) -> list[str]:
    """Return the variables that hold secrets: credentials of sources, addresses of channels and of pings."""
    names = [name for config in configs() for name in config.secrets]
    names += [channel.url_env for channel in settings.delivery.channels.values()]
    names += [schedule.ping_env for schedule in settings.schedule.values() if schedule.ping_env is not None]
    return list(dict.fromkeys(names))


def parts_of(value: str) -> list[str]:
    """Return a secret and, of an address, every part that could be a token by itself: the longest first."""
    found = {value}
    if "://" in value:
        split = urlsplit(value)
        found.update(re.split(r"[/?&=@:]", f"{split.netloc}/{split.path}/{split.query}"))
        found.update(unquote(part) for part in list(found))
        found -= _PUBLIC | ({split.hostname} if "." in (split.hostname or "") else set())  # else it is a token
    return sorted((part for part in found if len(part) >= _SHORTEST), key=len, reverse=True)


_PUBLIC = frozenset({"access_token", "secret", "webhook", "services", "channel", "everyone"})


class Scrubber:
    """Takes the secrets of a workspace out of texts; the settings and ``.env`` are read again when they change."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._seen: tuple[float, float] | None = None
        self._parts: list[str] = []

    def __call__(self, text: str) -> str:
        """Return `text` with every secret, and whatever is where credentials usually are, as asterisks."""
        for part in self._secrets():
            text = text.replace(part, HIDDEN)
        text = _IN_ADDRESS.sub(f"{HIDDEN}@", text)
        return _AUTHORISATION.sub(rf"\1 {HIDDEN}", text)

    def _secrets(self) -> list[str]:
        files = (self._workspace.settings_file, self._workspace.root / ".env")
        changed = (_changed(files[0]), _changed(files[1]))
        if changed != self._seen:
            try:
                names = names_of_secrets(load_settings(self._workspace.settings_file))
            except (SettingsError, OSError):  # broken just now: what is known stays hidden
                return self._parts
            values = [value for name in names if (value := secret(self._workspace.root, name)) is not None]
            parts = {part for value in values for part in parts_of(value.get_secret_value())}
            self._parts = sorted(parts | set(self._parts), key=len, reverse=True)  # an old token is still one
            self._seen = changed
        return self._parts


def _changed(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
