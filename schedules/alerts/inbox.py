"""Acknowledging while a refresh holds the warehouse: requests are queued as files and applied by the next writer."""

from __future__ import annotations

import json
import os
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import duckdb

from schedules.alerts.basis.book import NoSuchAlertError, change
from warehouse.workspace import Workspace

Wanted = Literal["acknowledged", "resolved"]


@dataclass(slots=True)
class Applied:
    """What was done with the queue: requests applied, and those that could not be (kept beside, with the reason)."""

    applied: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def queue_request(
    workspace: Workspace, alert_id: int, wanted: Wanted, *, who: str, now: datetime, note: str | None = None
) -> str:
    """Put one request into the inbox, whole or not at all, and return its name. `now` is UTC without zone."""
    workspace.inbox.mkdir(parents=True, exist_ok=True)
    name = f"{now:%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:8]}"
    request = {"alert_id": alert_id, "state": wanted, "who": who, "at": now.isoformat(), "note": note}
    partial = workspace.inbox / f"{name}.partial"
    with partial.open("w", encoding="utf-8") as file:
        json.dump(request, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(workspace.inbox / f"{name}.json")
    return name


def _read(text: str) -> tuple[int, Wanted, str, datetime, str | None]:
    """Return a request's parts. Raises ValueError when it is none."""
    found: Any = json.loads(text)
    if not isinstance(found, dict) or found.get("state") not in ("acknowledged", "resolved"):
        msg = "expected an object with alert_id, state (acknowledged or resolved), who, at and note"
        raise ValueError(msg)
    if not isinstance(found.get("alert_id"), int) or not isinstance(found.get("at"), str):
        msg = "expected a whole number alert_id and a time at"
        raise ValueError(msg)
    note = found.get("note")
    when = datetime.fromisoformat(found["at"])
    return found["alert_id"], found["state"], str(found.get("who")), when, None if note is None else str(note)


def apply_inbox(con: duckdb.DuckDBPyConnection, workspace: Workspace, now: datetime) -> Applied:
    """Apply every queued request once, in order, and clear it away; for the process that holds the warehouse.

    A file goes only after its change is committed, so a cut loses nothing; the request's name in alert_log keeps it
    from being applied twice. What cannot be applied is kept as ``NAME.refused`` with the reason in ``NAME.reason``.
    `now` replaces the date of a request from the future.
    """
    done = Applied()
    for file in sorted(workspace.inbox.glob("*.json")):
        try:
            number, state, who, when, note = _read(file.read_text(encoding="utf-8"))
            change(con, number, state, who=who, now=min(when, now), note=note, request_id=file.stem)
        except (ValueError, NoSuchAlertError) as error:
            file.with_suffix(".reason").write_text(f"{error}\n", encoding="utf-8")
            file.replace(file.with_suffix(".refused"))
            done.refused.append(f"{file.name}: {error}")
            continue
        done.applied.append(file.stem)
        file.unlink()
    return done
