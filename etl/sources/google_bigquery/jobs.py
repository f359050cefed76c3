"""The requests of BigQuery's REST interface that are sent, and what its job and table resources say.

Source: docs/sources.md, BigQuery. Paths are below the project that pays, except that of the table.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from etl.fetch import stated
from etl.fetch.http import Request
from etl.records import PageRefusedError
from etl.sources.google_bigquery.settings import Section

SOURCE = "google_bigquery"
API = "bigquery/v2/projects"
JOB, TABLE, RESULTS = "bigquery#job", "bigquery#table", "bigquery#getQueryResultsResponse"
STATES = ("PENDING", "RUNNING", "DONE")
_LARGEST = 10**18
_LAST_DAY = date(2200, 1, 1)


def table(section: Section) -> Request:
    """Return the request for the table's own description: free of charge."""
    project, dataset, name = section.table.split(".")
    return Request(SOURCE, "GET", f"{API}/{project}/datasets/{dataset}/tables/{name}")


def dry_run(sql: str, section: Section) -> Request:
    """Return the question how many bytes `sql` would read: free of charge."""
    return Request(SOURCE, "POST", "jobs", body={
        "configuration": {"dryRun": True, "query": _query(sql)}, "jobReference": {"location": section.location},
    })  # fmt: skip


def insert(sql: str, section: Section, job_id: str) -> Request:
    """Return the request that starts the job `job_id`, which BigQuery itself stops at the maximum of bytes."""
    query = {**_query(sql), "maximumBytesBilled": str(section.maximum_bytes_billed)}
    return Request(SOURCE, "POST", "jobs", body={
        "configuration": {"query": query, "labels": {"application": "stuckneck"}},
        "jobReference": {"jobId": job_id, "location": section.location},
    })  # fmt: skip


def _query(sql: str) -> dict[str, Any]:
    return {"query": sql, "useLegacySql": False, "useQueryCache": True, "priority": "INTERACTIVE"}


def look(job_id: str, section: Section, number: int) -> Request:
    """Return the `number`-th look (from 1) at how a job stands."""
    params = (("location", section.location),)
    return Request(SOURCE, "GET", f"jobs/{job_id}", params, context=(("look", str(number)),))


def results(job_id: str, section: Section, token: str | None) -> Request:
    """Return the request for a page of a job's rows; `token` names the page, None the first."""
    params = [("location", section.location), ("maxResults", str(section.page_size))]
    params += [("pageToken", token)] if token else []
    return Request(SOURCE, "GET", f"queries/{job_id}", tuple(params))


def job_id(sql: str, section: Section, edition: str, slice_id: int, attempt: int) -> str:
    """Return the name of the job for `sql` over one edition of the table, for one slice of one run.

    The same question has the same name: a run that was cut finds the job it had started instead of paying for another.
    `attempt` (from 1) counts those that failed or were lost.
    """
    text = json.dumps([sql, section.table, section.location, section.maximum_bytes_billed, edition, slice_id])
    return f"stuckneck_{hashlib.sha256(text.encode()).hexdigest()[:40]}_{attempt}"


def resource(content: bytes, kind: str) -> dict[str, Any]:
    """Return a job's or table's description. Raises PageRefusedError when it is none, or lacks what it must state."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("kind") != kind:
        said = content[:80].decode("utf-8", "replace")
        raise PageRefusedError(f"BigQuery: expected {kind}, found {stated.words(said, 80)!r}; ask again later.")
    return found


@dataclass(frozen=True, slots=True)
class Job:
    """How a job stands: `state` of STATES, why it failed, and what it reads (of a dry run) in bytes."""

    state: str
    reason: str | None
    message: str
    byte_count: int | None

    @classmethod
    def of(cls, content: bytes) -> Job:
        """Read a job's description. Raises PageRefusedError."""
        found = resource(content, JOB)
        status, statistics = _dict(found, "status"), _dict(found, "statistics")
        if status.get("state") not in STATES:
            raise PageRefusedError(f"BigQuery: the job's state is {str(status.get('state'))[:40]!r}; ask again later.")
        failure = _dict(status, "errorResult")
        reason = stated.words(failure.get("reason") or "unknown", 60) if failure else None
        return cls(
            str(status["state"]), reason, stated.words(failure.get("message") or ""),
            _count(statistics.get("totalBytesProcessed")),
        )  # fmt: skip


def edition_day(content: bytes, received: datetime) -> tuple[str, date]:
    """Return (name, day) of a table's last change. Raises PageRefusedError.

    What is no table (a view, say) does not tell when its rows changed: it is new each day it is asked.
    """
    found = resource(content, TABLE)
    changed = _moment(found.get("lastModifiedTime"))
    if changed is None:
        raise PageRefusedError("BigQuery: the table does not state when it was changed (lastModifiedTime).")
    if found.get("type") != "TABLE":
        return received.date().isoformat(), received.date()
    return changed.isoformat(timespec="milliseconds"), changed.date()


def _dict(of: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = of.get(name)
    return found if isinstance(found, dict) else {}


def _count(value: object) -> int | None:
    """Return a stated count, which REST writes as text; None where it is none."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 and int(text) < _LARGEST else None


def _moment(value: object) -> datetime | None:
    """Return the time (UTC) that a number of milliseconds states; None where it states none that can be."""
    count = _count(value)
    limit = int(datetime(_LAST_DAY.year, 1, 1, tzinfo=UTC).timestamp()) * 1000
    return datetime(1970, 1, 1) + timedelta(milliseconds=count) if count is not None and count < limit else None
