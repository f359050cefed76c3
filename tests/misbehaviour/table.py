"""The ways in which a source may be out of order, a row each, and what must come of them."""

# ruff: noqa: E501 - the table is read as a table

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from office.service.state import Response
from tests.misbehaviour.changes import (
    First,
    body,
    bomb,
    dated,
    every_second,
    fault,
    growing,
    headers,
    instead,
    keep,
    large_claims,
    records,
    renamed,
    title,
    total,
    twice,
    without_total,
)

OK, FAULT, PARKED, AUDIT, SOURCE = 0, 1, 3, 4, 5
BOTH, OPS, LENS = ("epo_ops", "lens"), ("epo_ops",), ("lens",)
UNREADABLE = (SOURCE, PARKED)
DAYS = 2_000

# What is said where answers came that cannot be relied on: the run is published with an incident, or, where nothing is
# left to publish, ends with exit code 5.
DOUBTED = "differ|incident|No source gave"


@dataclass(frozen=True)
class Row:
    """One misbehaviour: of which services, the exit codes it may end with, what must be said of it."""

    what: str
    change: Any  # a Change, or a class of one that remembers
    sources: tuple[str, ...] = BOTH
    exits: tuple[int, ...] = (OK,)
    says: str = DOUBTED  # in the command's words or among the alerts; "" where there is nothing to say
    at_login: bool = False  # OPS: it is the token service that does it
    is_slow: bool = False  # needs a short timeout to end soon
    days: int = 40_000  # asked for again; a tree of slices over a century takes hundreds of requests to come down


HTML = b"<!DOCTYPE html><html><body>Please prove that you are human</body></html>"
TABLE = [
    Row("an empty 404", instead(404), OPS),
    Row("a 404 for everything", instead(404, b"not here"), exits=(SOURCE,)),
    Row("a captcha with status 200", instead(200, HTML, "text/html"), exits=(SOURCE,)),
    Row("a captcha every second time", every_second(instead(200, HTML, "text/html")), says=""),
    Row("a redirect", instead(302, b"", Location="http://127.0.0.1:9/login"), exits=(SOURCE,)),
    Row("a number field renamed in every record", renamed(10**6)),
    Row("a number field renamed in most records", renamed(60)),
    Row("a number field renamed in one record of ten", renamed(10)),
    Row("the envelope renamed", body(lambda c: c.replace(b'"data"', b'"results"').replace(b"biblio-search", b"bibliosearch")), exits=(SOURCE,)),
    Row("a total that has shrunk to three", keep(3)),
    Row("a total of nothing, said properly", keep(0)),
    Row("a negative total", total("-5"), exits=(SOURCE,)),
    Row("a total that is no number", total("NaN"), exits=(SOURCE,)),
    Row("an absurd total", total("99999999999999999999"), exits=(SOURCE,)),
    Row("a total always at the ceiling", total("10000"), exits=(OK, SOURCE), days=DAYS),
    Row("a total always above the cap", total("9999"), exits=(OK, SOURCE), days=DAYS),
    Row("a total that grows with every answer", growing),
    Row("no total", body(without_total), exits=(OK, SOURCE)),
    Row("an error 500 for everything", instead(500, b"oops"), exits=(SOURCE,)),
    Row("an error 503 that says to wait for ever", instead(503, b"", Retry_After="inf"), exits=(SOURCE,)),
    Row("an error 503 with an absurd wait", instead(503, b"", Retry_After="99999999999999"), exits=(PARKED,), says="asks to wait|continues after"),
    Row("an error 429 with a wait of a day", instead(429, b"{}", Retry_After="86400000", x_rate_limit_retry_after_seconds="86400"), exits=(PARKED,), says="asks to wait 24.0 hours"),
    Row("an error 429 with a negative wait", instead(429, b"{}", Retry_After="-5"), exits=(SOURCE,)),
    Row("an access refused", instead(401, b"{}"), exits=(SOURCE,), says="(?i)refuse"),
    Row("an access blocked", instead(403, b"{}"), exits=(SOURCE,), says="(?i)blocked|refused the access"),
    Row("every query refused", instead(400, b"{}"), exits=(SOURCE,)),
    Row("one record dated 2999", dated("2999-01-01", 1), says="dates_in_the_future"),
    Row("many records dated 2999", dated("2999-01-01", 20), says="dates_in_the_future"),
    Row("a lone surrogate in a title", title("A lidar \ud83d", "A lidar &#xD83D;"), exits=(OK, *UNREADABLE), says=""),
    Row("a NUL in a title", title("A lidar \x00 x", "A lidar &#0; x"), exits=(OK, *UNREADABLE), says=""),
    Row("escape sequences and bidirectional controls", title("A lidar \x1b]8;;x\x07\u202e", "A lidar \u202e"), says=""),
    Row("a title of five megabytes", title("lidar " * 900_000, "lidar " * 900_000, 1), says=""),
    Row("a number that no column holds", records((rb"x^", b""), large_claims), LENS, says=""),
    Row("a body cut in the middle", fault("truncated"), exits=(OK, *UNREADABLE), says="differ|cannot be reached|no usable answer"),
    Row("a connection reset", fault("reset"), exits=UNREADABLE, says="cannot be reached|no usable answer"),
    Row("a body that drips in", fault("dripped"), exits=UNREADABLE, says="cannot be reached|no usable answer", is_slow=True),
    Row("an empty answer with status 200", instead(200), exits=(SOURCE,)),
    Row("nothing with status 204", instead(204), exits=(OK, SOURCE)),
    Row("plain text", instead(200, b"Service is down for maintenance"), exits=(SOURCE,)),
    Row("the other service's format", body(lambda c: b'{"data": []}' if c.startswith(b"<") else b"<world-patent-data/>"), exits=(SOURCE,)),
    Row("another encoding", body(lambda c: c.decode("utf-8").encode("utf-16")), exits=(OK, SOURCE), says=""),
    Row("a false content encoding", headers(Content_Encoding="gzip"), exits=UNREADABLE, says="cannot be reached|no usable answer"),
    Row("a bomb of entities or of nesting", body(bomb), exits=(SOURCE,)),
    Row("every record twice", body(twice), says=""),
    Row("the same page again and again", First),
    Row("absurd quotas and budgets", headers(X_IndividualQuotaPerHour_Used="9" * 40, X_Throttling_Control="idle (search=green:-5, retrieval=mauve:99999999999999)", x_rate_limit_remaining_request_per_month="nan"), says=""),
    Row("a Date header that is none", headers(Date="Thu, 99 Foo 99999 00:00:00 GMT"), says=""),
    Row("always asking for less", instead(503, b"<fault xmlns='http://ops.epo.org'><code>SERVER.LimitedServerResources</code><message>less</message></fault>"), OPS, (SOURCE,)),
    Row("a class suspended for a day", instead(403, b"", Retry_After="86400000"), OPS, (PARKED,), "asks to wait 24.0 hours"),
    Row("a token that lives for ever or never", instead(200, b'{"access_token": "synthetic", "expires_in": "nan"}'), OPS, (SOURCE,), "(?i)token", at_login=True),
    Row("a token service that sends a page", instead(200, HTML), OPS, UNREADABLE, "without a token|cannot be reached", at_login=True),
    Row("a token with a line feed in it", instead(200, b'{"access_token": "a\\nX-Evil: b", "expires_in": "1200"}'), OPS, UNREADABLE, "without a token|cannot be reached", at_login=True),
    Row("scrolls that have always expired", lambda answer, number: answer if number <= 5 else Response(404, b"{}", "application/json"), LENS),
    Row("a scroll id of megabytes", body(lambda c: re.sub(rb'"scroll_id": ?"[^"]*"', b'"scroll_id": "' + b"x" * 3_000_000 + b'"', c)), LENS),
    Row("a scroll id that no header or body takes", body(lambda c: re.sub(rb'"scroll_id": ?"[^"]*"', lambda _: b'"scroll_id": "\\ud83d\\n"', c)), LENS),
]  # fmt: skip
CASES = [(row, source) for row in TABLE for source in row.sources]
