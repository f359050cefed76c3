"""Which sources are switched on, and the way into each with its credentials."""

from __future__ import annotations

from etl.fetch.fetch import Door
from etl.fetch.http import CredentialsMissingError
from etl.sources.epo_ops.client import OpsDoor
from etl.sources.lens.client import LensDoor
from etl.sources.registry import PARSERS
from warehouse.settings import Settings, secret
from warehouse.workspace import Workspace

SECRETS = {
    "epo_ops": ("STUCKNECK_OPS_KEY", "STUCKNECK_OPS_SECRET"),
    "lens": ("STUCKNECK_LENS_TOKEN",),
}


def enabled_sources(settings: Settings) -> list[str]:
    """Return the sources switched on in the settings."""
    return [name for name in PARSERS if getattr(settings.sources, name).enabled]


def open_door(source: str, workspace: Workspace, settings: Settings) -> Door:
    """Return the way into `source`. Raises CredentialsMissingError, naming the variables to set."""
    values = [secret(workspace.root, name) for name in SECRETS[source]]
    if not all(values):
        missing = ", ".join(name for name, value in zip(SECRETS[source], values, strict=True) if not value)
        msg = f"{source} has no credentials: set {missing} in the environment or in {workspace.root / '.env'}."
        raise CredentialsMissingError(msg)
    found = [value for value in values if value is not None]
    if source == "epo_ops":
        return OpsDoor(settings.sources.epo_ops, *found)
    return LensDoor(settings.sources.lens, *found)
