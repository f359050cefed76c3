"""What BigQuery may do wrong, one row each: data is kept, a person is told, the run ends, nothing more is paid for."""

# ruff: noqa: E501 - the table is read as a table

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from click.testing import Result
from typer.testing import CliRunner

from app.main import app
from app.watch.init import write_workspace
from etl.catalogue.load import packaged_catalogue
from office.service.googlesql import Engine
from office.service.office import Office
from office.service.state import Response
from tests.corpora import small
from tests.etl.sources.service_account import VARIABLE, key
from warehouse.clock import SkippingClock
from warehouse.workspace import Workspace

AS_OF, LATER = date(2021, 5, 31), date(2021, 6, 30)
OK, PARKED, SOURCE = 0, 3, 5
DOUBTED = "differ|incident|No source gave"
HTML = b"<!DOCTYPE html><html><body>Please prove that you are human</body></html>"
Change = Callable[[Response, int], Response]


@dataclass(frozen=True)
class Row:
    """One misbehaviour: at which paths, the exit codes it may end with, what must be said."""

    what: str
    at: str  # the answers it happens to: a pattern of method and path
    change: Change
    exits: tuple[int, ...] = (OK, SOURCE)
    told: str = DOUBTED


def instead(
    status: int, content: bytes | dict[str, Any] = b"", media_type: str = "application/json", **headers: str
) -> Change:
    body = json.dumps(content).encode() if isinstance(content, dict) else content
    return lambda _answer, _number: Response(
        status, body, media_type, {k.replace("_", "-"): v for k, v in headers.items()}
    )


def error(status: int, reason: str, message: str = "made") -> Change:
    return instead(
        status, {"error": {"code": status, "message": message, "errors": [{"reason": reason, "message": message}]}}
    )


def changed(change: Callable[[dict[str, Any]], Any]) -> Change:
    def make(answer: Response, _number: int) -> Response:
        if answer.status == 200:
            whole = json.loads(answer.body)
            change(whole)
            answer.body = json.dumps(whole).encode()
        return answer

    return make


def cells(column: str, value: Any, most: int = 10**6) -> Change:
    """Write a value into a column of up to `most` rows of each page."""

    def make(whole: dict[str, Any]) -> None:
        at = [field["name"] for field in whole.get("schema", {}).get("fields", [])].index(column)
        for row in whole.get("rows", [])[:most]:
            row["f"][at] = {"v": value}

    return changed(make)


def fault(name: str) -> Change:
    def make(answer: Response, _number: int) -> Response:
        answer.fault = name
        return answer

    return make


def drop_column(whole: dict[str, Any]) -> None:
    at = [field["name"] for field in whole["schema"]["fields"]].index("family_id")
    del whole["schema"]["fields"][at]
    for row in whole["rows"]:
        del row["f"][at]


def every_second(change: Change) -> Change:
    return lambda answer, number: change(answer, number) if number % 2 else answer


def deep(_whole: Any) -> bytes:
    return b'{"kind": "bigquery#getQueryResultsResponse", "rows": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


PAGES, LOOKS, JOBS, ANY, TABLE_PATH = (
    r"GET .*/queries/",
    r"GET .*/jobs/",
    r"POST .*/jobs$",
    r".*/bigquery/v2/",
    r"GET .*/tables/",
)
TABLE = [
    Row("a captcha with status 200", ANY, instead(200, HTML, "text/html")),
    Row("a captcha every second time", PAGES, every_second(instead(200, HTML, "text/html")), told=""),
    Row("a 404 for everything, not of the service", ANY, instead(404, b"not here", "text/plain")),
    Row("a redirect", ANY, instead(302, Location="http://127.0.0.1:9/login")),
    Row("an error 500 for everything", ANY, instead(500, b"oops")),
    Row("backend errors for ever", PAGES, error(503, "backendError")),
    Row("an error 503 with an absurd wait", ANY, instead(503, b"", Retry_After="99999999999999"), (PARKED,), "asks to wait|continues after"),
    Row("an error 429 with a wait of a day", PAGES, instead(429, b"{}", Retry_After="86400"), (PARKED,), "asks to wait 24.0 hours"),
    Row("rate limits for ever", PAGES, error(403, "rateLimitExceeded")),
    Row("a quota that is spent", JOBS, error(403, "quotaExceeded", "exceeded quota for free query bytes scanned"), (PARKED,), "quota"),
    Row("an access refused", ANY, error(403, "accessDenied"), (SOURCE,), "refused the access"),
    Row("billing not enabled", JOBS, error(403, "billingNotEnabled"), (SOURCE,), "refused the access"),
    Row("a table that is not there", TABLE_PATH, error(404, "notFound"), (SOURCE,), "table exist"),
    Row("every token refused", ANY, error(401, "authError"), (SOURCE,), "access token"),
    Row("a SELECT that is refused", JOBS, error(400, "invalidQuery", "Unrecognized name: titles"), (SOURCE,), "Unrecognized name|No source gave"),
    Row("a token service that sends a page", r".*/token", instead(200, HTML), (SOURCE, PARKED), "without a token|cannot be reached"),
    Row("a token with a line feed in it", r".*/token", instead(200, {"access_token": "a\nX-Evil: b", "expires_in": 3600}), (SOURCE, PARKED), "without a token|cannot be reached"),
    Row("a service account that is refused", r".*/token", instead(400, {"error": "invalid_grant"}), (SOURCE,), "service account"),
    Row("a dry run without bytes", JOBS, changed(lambda w: w["statistics"].pop("totalBytesProcessed"))),
    Row("a dry run with a negative number of bytes", JOBS, changed(lambda w: w["statistics"].update(totalBytesProcessed="-5"))),
    Row("a dry run with absurd bytes", JOBS, changed(lambda w: w["statistics"].update(totalBytesProcessed="9" * 17)), (OK, SOURCE), "differ|incident|maximum_bytes_billed"),
    Row("a job that never ends", LOOKS, changed(lambda w: w["status"].update(state="RUNNING")), (PARKED,), "not done yet"),
    Row("a job in a state that is none", LOOKS, changed(lambda w: w["status"].update(state="SLEEPING"))),
    Row("jobs that are always lost", LOOKS, error(404, "notFound"), told="rows of 3 jobs|differ|incident|No source gave"),
    Row("jobs that always fail", LOOKS, changed(lambda w: w["status"].update(state="DONE", errorResult={"reason": "backendError", "message": "x"})), (PARKED,), "3 jobs failed one after another"),
    Row("a job that fails for a reason nobody knows", LOOKS, changed(lambda w: w["status"].update(state="DONE", errorResult={"reason": "moonPhase", "message": "\x1b]8;;x\x07 wait"}))),
    Row("rows that are never complete", PAGES, changed(lambda w: w.update(jobComplete=False))),
    Row("the same page token again and again", PAGES, changed(lambda w: w.update(pageToken="again"))),
    Row("a new page token for ever, and no rows", PAGES, lambda answer, number: changed(lambda w: w.update(pageToken=f"t{number}", rows=[]))(answer, number)),
    Row("a page token that no address takes", PAGES, changed(lambda w: w.update(pageToken="\ud83d\n"))),
    Row("a page token that is old", PAGES, lambda answer, number: answer if number == 1 else error(400, "invalid", "Invalid page token")(answer, number), (OK, PARKED, SOURCE), ""),
    Row("no schema", PAGES, changed(lambda w: w.pop("schema"))),
    Row("a schema without families", PAGES, changed(drop_column)),
    Row("a schema that does not fit the rows", PAGES, changed(lambda w: w["schema"]["fields"].pop())),
    Row("a schema without end", PAGES, changed(lambda w: w["schema"]["fields"].append(json.loads('{"type": "RECORD", "fields": [' * 40 + "]}" * 40)))),
    Row("rows that are none", PAGES, changed(lambda w: w.update(rows="none"))),
    Row("rows that are nulls", PAGES, changed(lambda w: w.update(rows=[None] * len(w["rows"])))),
    Row("no total", PAGES, changed(lambda w: w.pop("totalRows"))),
    Row("a total that is no number", PAGES, changed(lambda w: w.update(totalRows="NaN"))),
    Row("a total above what comes", PAGES, changed(lambda w: w.update(totalRows="900"))),
    Row("a total of nothing", PAGES, changed(lambda w: w.update(totalRows="0", rows=[]))),
    Row("numbers missing in every row", PAGES, cells("publication_number", None)),
    Row("numbers missing in some rows", PAGES, cells("publication_number", None, 10)),
    Row("dates that no calendar has", PAGES, cells("publication_date", "99999999999999999999", 3), told=""),
    Row("a date that is no text", PAGES, cells("publication_date", 20210101, 3)),
    Row("lists where texts belong", PAGES, cells("family_id", [{"v": "1"}], 3)),
    Row("texts where lists belong", PAGES, cells("ipc", "G01S17/08", 3)),
    Row("a lone surrogate in an assignee", PAGES, cells("assignee", [{"v": "A \ud83d"}]), told=""),
    Row("every row twice", PAGES, changed(lambda w: w.update(rows=[r for r in w["rows"] for _ in (1, 2)]))),
    Row("a body cut in the middle", PAGES, fault("truncated"), (OK, PARKED, SOURCE), "differ|incident|no usable answer"),
    Row("a connection reset", ANY, fault("reset"), (SOURCE, PARKED), "cannot be reached|no usable answer"),
    Row("a bomb of nesting", PAGES, lambda answer, _: Response(200, deep(answer), "application/json")),
    Row("an empty answer with status 200", PAGES, instead(200)),
    Row("a table changed in a year that is far away", TABLE_PATH, changed(lambda w: w.update(lastModifiedTime="9" * 17))),
]  # fmt: skip


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with Office(small()) as opened:
        yield opened


def command(office: Office, *words: str) -> Result:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, key(office.addresses.google_bigquery))
        patch.setenv("COLUMNS", "1000")
        patch.setattr("app.watch.refresh.SystemClock", SkippingClock)
        return CliRunner().invoke(app, list(words))


@pytest.fixture(scope="module")
def published(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a good refresh behind it."""
    folder = tmp_path_factory.mktemp("bigquery")
    known = {t.id: t for t in packaged_catalogue().technologies}["lidar"]
    (folder / "technologies.toml").write_text(
        '[edition]\nname = "one"\n[[technology]]\nid = "lidar"\nnumber = 1\nname_zh = "激光雷达"\nname_en = "Lidar"\n'
        f"status = \"watched\"\nquery = '''\n{known.query}\n'''\n", encoding="utf-8",
    )  # fmt: skip
    write_workspace(folder)
    (folder / "stuckneck.toml").write_text(
        "[sources]\nsynthetic = true\n[sources.epo_ops]\nenabled = false\n[sources.lens]\nenabled = false\n"
        f'[sources.google_bigquery]\nenabled = true\npage_size = 40\nbase_url = "{office.addresses.google_bigquery}"\n'
        "[harvest]\ntopics = false\nenrichment_requests = 0\n[report]\nformats = []\n"
        '[place]\nbootstrap_draws = 0\nnetwork = false\nscreening = "open"\n', encoding="utf-8",
    )  # fmt: skip
    done = command(office, "refresh", "-w", str(folder), "--as-of", AS_OF.isoformat())
    assert done.exit_code == 0, done.output
    office.advance(LATER)  # the table has changed: it is asked again
    return folder


def ask(file: Path, statement: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(file), read_only=True) as con:
        return con.execute(statement).fetchall()


def snapshot(workspace: Workspace) -> Path:
    return workspace.root / "snapshots" / (workspace.root / "snapshots" / "current").read_text().strip()


PUBLICATIONS = "SELECT publication_number FROM publications ORDER BY ALL"


@pytest.mark.slow
@pytest.mark.parametrize("row", TABLE, ids=[row.what for row in TABLE])
def test_misbehaviour(
    row: Row, office: Office, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "workspace"
    shutil.copytree(published, folder)
    workspace = Workspace(folder)
    before, paid = ask(snapshot(workspace), PUBLICATIONS), len(office.bigquery.billed)
    office.bigquery.forget_jobs()
    whole, count = office.bigquery.answer, 0

    def answer(method: str, target: str, headers: dict[str, str], content: bytes) -> Response:
        nonlocal count
        given = whole(method, target, headers, content)
        if not re.search(row.at, f"{method} {target.partition('?')[0]}") or b"SELECT 1" in content:
            return given
        count += 1
        return row.change(given, count)

    monkeypatch.setattr(office.bigquery, "answer", answer)
    done = command(office, "refresh", "-w", str(folder), "--as-of", LATER.isoformat())

    assert count, "it did happen"
    assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
    assert "Traceback" not in done.output
    assert done.exit_code in row.exits, (done.exit_code, done.output)
    assert ask(workspace.core, "SELECT count(*) FROM source_hits WHERE withdrawn_run IS NOT NULL") == [(0,)]
    assert set(ask(snapshot(workspace), PUBLICATIONS)) >= set(before), "nothing published rests on less"
    assert ask(workspace.core, f"SELECT high_water FROM cursors WHERE high_water > DATE '{LATER}'") == []
    alerts = ask(workspace.core, "SELECT rule FROM alert_facts") if done.exit_code == OK else []
    said = f"{done.output} {' '.join(rule for (rule,) in alerts)}"
    assert re.search(row.told, said), said
    assert "\x1b]" not in done.output
    jobs = len(office.bigquery.billed) - paid
    assert jobs <= 3, "a job that fails or whose rows are lost is started again twice at the most"


def test_there_are_forty_of_them() -> None:
    assert len({row.what for row in TABLE}) == len(TABLE) >= 40


def test_the_engine_refuses_what_is_no_select() -> None:
    from office.service.googlesql import GoogleSqlError
    from office.service.nested import SCHEMA

    engine = Engine(pl.DataFrame(schema=SCHEMA))
    for sql, reason in (
        ("DROP TABLE x", "invalidQuery"),
        ("SELECT FROM", "invalidQuery"),
        ("SELECT 1 FROM `a.b.c`", "notFound"),
    ):
        with pytest.raises(GoogleSqlError) as found:
            engine.run(sql)
        assert found.value.reason == reason
