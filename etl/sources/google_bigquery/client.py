"""BigQuery's REST interface: authorises, and says what to make of its answers (docs/sources.md, BigQuery)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from urllib.parse import urlencode

from pydantic import SecretStr

from etl.fetch import stated
from etl.fetch.budgets.quotas import period_end
from etl.fetch.http import Answer, ParkedError, QueryRefusedError, Request, StoppedError, Then, Verdict
from etl.fetch.wire import Token, Wire
from etl.sources.google_bigquery.jobs import API, SOURCE
from etl.sources.google_bigquery.key import VARIABLE, read_key
from etl.sources.google_bigquery.settings import Section

_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_TOKEN_LIVES = timedelta(hours=1)
_LONGEST_LOOK = 30.0  # seconds between two looks at a job
_RENEWED = 8  # hour (UTC) by which daily quotas, which end at midnight in California, are renewed
# Failures that pass by themselves, of requests as of jobs.
_SOON = frozenset({
    "rateLimitExceeded", "jobRateLimitExceeded", "userRateLimitExceeded", "backendError", "internalError",
    "jobBackendError", "jobInternalError", "tableUnavailable", "timeout",
})  # fmt: skip
_SHORT = timedelta(minutes=2)
# What only a person can settle.
_DENIED = frozenset({"accessDenied", "billingNotEnabled", "blocked", "responsePolicyViolation", "userProjectMissing"})


class BigQueryClient:
    """The way into BigQuery."""

    source = SOURCE

    def __init__(self, settings: Section, secret: SecretStr) -> None:
        self._key = read_key(secret)
        self.quotas = settings.quotas
        self._project = settings.project or self._key.project
        self._wire = Wire(settings.base_url, settings.timeout_seconds)
        self._token = Token(_TOKEN_LIVES)
        self._looked = datetime.min

    def delay(self, request: Request, now: datetime) -> float:
        """Return the seconds to wait before `request`: the later the look at a job, the longer."""
        number = dict(request.context).get("look")
        if number is None:
            return 0.0
        pause = min(_LONGEST_LOOK, 0.5 * 1.5 ** min(int(number), 20))
        return max(0.0, (self._looked - now).total_seconds() + pause)

    def send(self, request: Request, now: datetime) -> Answer:
        """Send `request` under a valid token. Raises TransportError, StoppedError (wrong credentials)."""
        token = self._token.value(now) or self._log_in(now)
        path = request.path if request.path.startswith(API) else f"{API}/{self._project}/{request.path}"
        whole = Request(SOURCE, request.method, path, request.params, request.headers, request.body)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Accept": "application/json"}
        return self._wire.send(whole, headers)

    def _log_in(self, now: datetime) -> str:
        body = urlencode({"grant_type": _GRANT, "assertion": self._key.assertion(now)})
        answer = self._wire.send_raw(
            "POST", self._key.token_uri,
            {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}, body.encode(),
        )  # fmt: skip
        if answer.status in (400, 401, 403):
            raise StoppedError(
                f"Google refused the service account (HTTP {answer.status}): check the key that {VARIABLE} names, and"
                " this machine's clock."
            )
        return self._token.take(answer, now)

    def lost(self, request: Request, now: datetime) -> None:
        """Note a look at a job that was not answered."""
        if "look" in dict(request.context):
            self._looked = now

    def stated(self, _answer: Answer) -> dict[str, int]:
        """Return nothing: BigQuery counts no bytes of answers."""
        return {}

    def close(self) -> None:
        """Close its connections."""
        self._wire.close()

    def judge(self, request: Request, answer: Answer, now: datetime) -> Verdict:
        """Return what to do after `answer`, complete at `now`.

        Raises ParkedError (a quota is spent), StoppedError (a person must act), QueryRefusedError.
        """
        self.lost(request, now)
        status = answer.status
        if status == 200:
            self._token.accepted()
            return Verdict(Then.USE)
        reason, message = _error(answer)
        said = f"HTTP {status} {reason}: {message}" if reason else f"HTTP {status}"
        if status == 401:
            if self._token.refuse():
                return Verdict(Then.RETRY, 0.0, "the access token had expired")
            raise StoppedError(f"BigQuery refuses every new access token ({said}): check {VARIABLE}.")
        if status == 409 and request.path == "jobs":
            return Verdict(Then.NOTHING, reason="the job is there already")
        is_old_page = status == 400 and "pageToken" in dict(request.params)
        if is_old_page or (status in (404, 410) and reason and request.path.startswith(("jobs/", "queries/"))):
            return Verdict(Then.EXPIRED, reason=f"the job or its rows are gone ({message})")
        if status < 400 or status == 408 or status >= 500 or (status == 404 and not reason):
            hint = "; a redirect, which is not followed; check base_url" if status < 400 else ""
            return Verdict(Then.RETRY, stated.retry_after(answer.headers, now), said + hint)
        if status == 429 or reason in _SOON:
            return Verdict(Then.RETRY, stated.retry_after(answer.headers, now), said)
        if reason == "quotaExceeded":
            raise ParkedError(quota_until(message, now), f"BigQuery says a quota is spent: {message}.")
        if status in (403, 404):
            raise StoppedError(
                f"BigQuery refused the access ({said}): check that project and table exist, that the BigQuery API is"
                " enabled, and that the service account may run jobs (role BigQuery Job User)."
            )
        raise QueryRefusedError(f"BigQuery does not take the request ({said}).")


def quota_until(message: str, now: datetime) -> datetime:
    """Return when a spent quota is renewed: next month, next morning (UTC), or in an hour, by what it is about."""
    low = message.lower()
    if "free query bytes" in low:
        return period_end("month", now)
    if "per day" in low or "daily" in low:
        morning = now.replace(hour=_RENEWED, minute=0, second=0, microsecond=0)
        return morning if morning > now else morning + timedelta(days=1)
    return now + timedelta(hours=1)


def after_failure(reason: str, message: str, received: datetime) -> datetime:
    """Return from when a job whose failure came at `received` is worth starting again.

    Raises StoppedError (a person must act) and QueryRefusedError (it would fail again).
    """
    if reason in _SOON:
        return received + _SHORT
    if reason == "quotaExceeded":
        return quota_until(message, received)
    said = f"the job failed ({reason}: {message})"
    if reason in _DENIED:
        raise StoppedError(f"BigQuery refused the access: {said}; look at the project in the Google Cloud console.")
    if reason == "stopped":
        raise QueryRefusedError("BigQuery: the job was cancelled by somebody; the next run starts it again.")
    raise QueryRefusedError(f"BigQuery: {said}.")


def _error(answer: Answer) -> tuple[str, str]:
    """Return (reason, message) of an error answer; empty where it states none."""
    try:
        error = json.loads(answer.content)["error"]
        first = error["errors"][0] if isinstance(error.get("errors"), list) and error["errors"] else error
        reason, message = first.get("reason") or error.get("status") or "", error.get("message") or ""
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "", ""
    return stated.words(reason, 60), stated.words(message)
