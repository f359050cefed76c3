"""The sources there are. A further one is a folder and one line in `PACKAGES` (docs/architecture.md, "Sources")."""

from __future__ import annotations

import json
from importlib import import_module

import duckdb

from etl.fetch.client import Client
from etl.fetch.http import CredentialsMissingError
from etl.fetch.source import Source, SourceConfig, read_config
from etl.sources.settings import PACKAGES, default_section, section_of
from warehouse.settings import Settings, secret
from warehouse.workspace import Workspace


def source(name: str) -> Source:
    """Return the source `name`. Raises KeyError when there is none."""
    found: Source = import_module(f"{PACKAGES[name]}.source").SOURCE
    return found


def sources() -> list[Source]:
    """Return every source, in the order in which they are harvested."""
    return [source(name) for name in PACKAGES]


def config(name: str) -> SourceConfig:
    """Return the ``source.toml`` of the source `name`."""
    return read_config(PACKAGES[name])


def configs() -> tuple[SourceConfig, ...]:
    """Return every ``source.toml``, by name."""
    return tuple(config(name) for name in sorted(PACKAGES))


def enabled_sources(settings: Settings) -> list[str]:
    """Return the names of the sources switched on in the settings."""
    return [name for name in PACKAGES if section_of(settings, name).enabled]


def missing_secrets(name: str, workspace: Workspace) -> list[str]:
    """Return the variables of the source's credentials that are set neither in the environment nor in ``.env``."""
    return [variable for variable in config(name).secrets if secret(workspace.root, variable) is None]


def open_source(name: str, workspace: Workspace, settings: Settings, *, timeout_seconds: float | None = None) -> Client:
    """Return the client of the source `name`; `timeout_seconds` is the most it may wait, where less than stated.

    Raises CredentialsMissingError, naming the variables to set.
    """
    if missing := missing_secrets(name, workspace):
        msg = f"{name} has no credentials: set {', '.join(missing)} in the environment or in {workspace.root / '.env'}."
        raise CredentialsMissingError(msg)
    values = [secret(workspace.root, variable) for variable in config(name).secrets]
    section = section_of(settings, name)
    if timeout_seconds is not None and timeout_seconds < section.timeout_seconds:
        section = section.model_copy(update={"timeout_seconds": timeout_seconds})
    return source(name).open(section, [value for value in values if value is not None])


def source_table(name: str) -> str:
    """Return the table of the source `name` in stuckneck.toml, every key commented out at its default and explained."""
    lines = [f"[sources.{name}]"]
    meanings = config(name).settings
    for key, field in type(default_section(name)).model_fields.items():
        value = field.examples[0] if field.default is None and field.examples else field.default
        english, chinese = meanings[key]
        lines.append(f"{f'# {key} = {json.dumps(value, ensure_ascii=False)}':<40} # {english} {chinese}")
    return "\n".join(lines)


def recognise(head: bytes) -> str | None:
    """Return the source whose saved answer begins with `head`; None when it is nobody's."""
    return next((one.name for one in sources() if one.recognises(head)), None)


def register(con: duckdb.DuckDBPyConnection, *, synthetic: bool) -> None:
    """Write the harvested sources into ``sources``; `synthetic` marks that the simulated office answers for them."""
    for one in configs():
        capabilities = {
            "indicators": {name: item.feeds for name, item in one.indicators.items()},
            "field_ranks": one.field_ranks,
            "expectations": {name: item.model_dump(exclude_none=True) for name, item in one.expectations.items()},
        }
        con.execute("DELETE FROM sources WHERE source = ?", [one.source])
        con.execute(
            "INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?)",
            [one.source, one.title, one.licence, synthetic, one.merge_rank, json.dumps(capabilities)],
        )
