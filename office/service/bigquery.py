"""The BigQuery service: token, table, jobs (dry runs too) and their rows by page, with its limits and its errors."""

from __future__ import annotations

import base64
import binascii
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from office.service.googlesql import TABLE, Engine, GoogleSqlError, Result
from office.service.nested import nested_table
from office.service.state import Response, State

API = "/bigquery/v2/projects/"
TOKEN_PATH = "/token"  # noqa: S105 - an address
ROWS = 1000  # a page at the most, whatever is asked for
_LOOKS = ("RUNNING", "DONE")  # what the first looks at a job show


@dataclass(slots=True)
class _Job:
    name: str
    configuration: dict[str, Any]
    byte_count: int
    result: Result | None
    failure: tuple[str, str] | None
    looks: int = 0

    @property
    def state(self) -> str:
        return "PENDING" if self.looks == 0 else _LOOKS[min(self.looks, len(_LOOKS)) - 1]


@dataclass(slots=True)
class _Refusal(Exception):  # noqa: N818 - an answer, raised from where it is known
    status: int
    reason: str
    message: str


@dataclass
class BigQueryService:
    """Answers requests of BigQuery's REST interface.

    `billed` holds (job, bytes) of every job that was started; `failures` are taken, one a job, before it may succeed.
    """

    state: State
    billed: list[tuple[str, int]] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    engines: dict[date, Engine] = field(default_factory=dict)  # the table as it is on each day it was asked
    tokens: int = 0
    _jobs: dict[str, _Job] = field(default_factory=dict)
    _tokens: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Answer one request."""
        parts = urlsplit(target)
        try:
            if parts.path == TOKEN_PATH and method == "POST":
                return self._hand_out_token(body)
            fault = self._admit(headers)
            params = {name: values[0] for name, values in parse_qs(parts.query).items()}
            project, _, path = parts.path.removeprefix(API).partition("/")
            found = self._route(method, project, path, params, body, fault)
            response = _json(200, found)
        except _Refusal as refusal:
            return _error(refusal)
        response.fault = fault
        return response

    def forget_rows(self) -> None:
        """Let the rows of all jobs be gone, as they are after a day."""
        for job in self._jobs.values():
            job.result = None

    def forget_jobs(self) -> None:
        """Let the jobs themselves be gone."""
        self._jobs.clear()

    def _hand_out_token(self, body: bytes) -> Response:
        form = parse_qs(body.decode("utf-8", "replace"))
        claims = _claims(form.get("assertion", [""])[0])
        if form.get("grant_type") != ["urn:ietf:params:oauth:grant-type:jwt-bearer"] or not claims.get("iss"):
            return _json(400, {"error": "invalid_grant", "error_description": "Invalid JWT"})
        self.tokens += 1
        token = f"ya29.synthetic-{self.tokens}"
        lives = self.state.limits.token_seconds
        self._tokens[token] = self.state.ticks.now() + lives
        return _json(200, {"access_token": token, "expires_in": int(lives), "token_type": "Bearer"})

    def _admit(self, headers: Mapping[str, str]) -> str | None:
        """Return the fault that strikes the answer on its way; raise the refusal where one strikes here."""
        fault = self.state.dice.draw()
        token = headers.get("authorization", "").removeprefix("Bearer ")
        if fault == "expired_token" or self._tokens.get(token, -1.0) <= self.state.ticks.now():
            raise _Refusal(401, "authError", "Request had invalid authentication credentials")
        refusals = {
            "too_many": (403, "rateLimitExceeded", "Exceeded rate limits: too many api requests per user per method"),
            "quota": (403, "quotaExceeded", "Quota exceeded: Your project exceeded quota for free query bytes scanned"),
            "unavailable": (503, "backendError", "Error encountered during execution. Retrying may solve the problem"),
        }
        if fault in refusals:
            raise _Refusal(*refusals[fault])
        return fault

    def _route(
        self, method: str, project: str, path: str, params: Mapping[str, str], body: bytes, fault: str | None
    ) -> dict[str, Any]:
        kind, _, name = path.partition("/")
        if method == "POST" and path == "jobs":
            return self._insert(project, body)
        if method == "GET" and kind == "datasets":
            return self._describe(project, name)
        if method == "GET" and kind in ("jobs", "queries"):
            job = self._jobs.get(name)
            if job is None or (fault == "expired_scroll" and kind == "queries"):
                raise _Refusal(404, "notFound", f"Not found: Job {project}:{name}")
            return self._look(job) if kind == "jobs" else self._rows(job, params)
        raise _Refusal(404, "notFound", f"No such resource: {method} {path}")

    def _describe(self, project: str, name: str) -> dict[str, Any]:
        if f"{project}.{name.replace('/tables/', '.')}" != TABLE:
            raise _Refusal(404, "notFound", f"Not found: Table {project}:{name}")
        changed = datetime.combine(self.state.clock, time(6), UTC)
        return {"kind": "bigquery#table", "type": "TABLE", "lastModifiedTime": str(int(changed.timestamp() * 1000))}

    def _insert(self, project: str, body: bytes) -> dict[str, Any]:
        try:
            asked = json.loads(body)
            configuration, reference = asked["configuration"], asked.get("jobReference", {})
            sql = configuration["query"]["query"]
        except (ValueError, KeyError, TypeError):
            raise _Refusal(400, "invalid", "Required parameter is missing: query") from None
        name = str(reference.get("jobId", ""))
        with self._lock:
            if name in self._jobs:
                raise _Refusal(409, "duplicate", f"Already Exists: Job {project}:US.{name}")
            try:
                return self._start(name, configuration, sql)
            except GoogleSqlError as error:
                status = 404 if error.reason == "notFound" else 400
                raise _Refusal(status, error.reason, str(error)) from None

    def _start(self, name: str, configuration: dict[str, Any], sql: str) -> dict[str, Any]:
        engine = self._now()
        size = engine.byte_count(sql)
        if configuration.get("dryRun"):
            return _described(_Job("", configuration, size, None, None, looks=len(_LOOKS)))
        job = _Job(name, configuration, size, None, None)
        self._jobs[name] = job
        most = int(configuration["query"].get("maximumBytesBilled", size))
        if size > most:
            limit = f"Query exceeded limit for bytes billed: {most}. {size} or higher required."
            job.failure = ("bytesBilledLimitExceeded", limit)
        elif self.failures:
            job.failure = self.failures.pop(0)
        else:
            job.result = engine.run(sql)
            self.billed.append((name, size))
        return _described(job)

    def _now(self) -> Engine:
        clock = self.state.clock
        if clock not in self.engines:
            self.engines[clock] = Engine(nested_table(self.state.corpus, clock))
        return self.engines[clock]

    def _look(self, job: _Job) -> dict[str, Any]:
        job.looks += 1
        return _described(job)

    def _rows(self, job: _Job, params: Mapping[str, str]) -> dict[str, Any]:
        reference = {"jobId": job.name, "location": "US"}
        if job.state != "DONE":
            return {"kind": "bigquery#getQueryResultsResponse", "jobComplete": False, "jobReference": reference}
        if job.failure is not None or job.result is None:
            raise _Refusal(404, "notFound", f"Not found: Table of job {job.name}")
        rows = job.result.rows
        first = _offset(params.get("pageToken"), job.name)
        last = first + min(int(params.get("maxResults", ROWS)), ROWS)
        shifted = 7 if self.state.dice.faults.shifted_total and first == 0 else 0
        found: dict[str, Any] = {
            "kind": "bigquery#getQueryResultsResponse", "schema": {"fields": job.result.fields},
            "jobReference": reference, "totalRows": str(len(rows) + shifted), "jobComplete": True, "cacheHit": False,
            "totalBytesProcessed": str(job.byte_count), "rows": rows[first:last],
        }  # fmt: skip
        if last < len(rows):
            found["pageToken"] = base64.urlsafe_b64encode(f"{job.name}:{last}".encode()).decode()
        return found


def _offset(token: str | None, job: str) -> int:
    if token is None:
        return 0
    try:
        name, _, offset = base64.urlsafe_b64decode(token).decode().rpartition(":")
        if name == job:
            return int(offset)
    except (ValueError, binascii.Error):
        pass
    raise _Refusal(400, "invalid", "Invalid page token")


def _claims(assertion: str) -> dict[str, Any]:
    """Return what a signed statement says; its signature is the real service's affair."""
    parts = assertion.split(".")
    try:
        found = json.loads(base64.urlsafe_b64decode(parts[1] + "==")) if len(parts) == 3 else {}
    except (ValueError, binascii.Error):
        return {}
    return found if isinstance(found, dict) else {}


def _described(job: _Job) -> dict[str, Any]:
    status: dict[str, Any] = {"state": job.state}
    if job.state == "DONE" and job.failure is not None:
        status["errorResult"] = {"reason": job.failure[0], "message": job.failure[1]}
    return {
        "kind": "bigquery#job", "jobReference": {"jobId": job.name, "location": "US"}, "status": status,
        "configuration": job.configuration, "statistics": {"totalBytesProcessed": str(job.byte_count)},
    }  # fmt: skip


def _json(status: int, content: Mapping[str, Any]) -> Response:
    return Response(status, json.dumps(content, ensure_ascii=False).encode(), "application/json")


def _error(refusal: _Refusal) -> Response:
    first = {"reason": refusal.reason, "message": refusal.message, "domain": "global"}
    return _json(refusal.status, {
        "error": {"code": refusal.status, "message": refusal.message, "errors": [first], "status": refusal.reason}
    })  # fmt: skip
