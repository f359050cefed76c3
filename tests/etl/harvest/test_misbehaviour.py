"""What a source may do wrong, one row each, through both services: data is kept, a person is informed, the run ends.

Each row changes what the simulated office answers over its loopback server after a good refresh has been published.
Then `stuckneck refresh` runs by a clock on which waiting takes no time. Held for every row: it ends with one of the
exit codes named, without a traceback; nothing is withdrawn; no figure is published that rests on fewer publications;
the cursor does not pass the as-of date; and where the answer was no good the command's words or an incident say so.
"""

# ruff: noqa: E501 - the table is read as a table

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import Result
from typer.testing import CliRunner

from app.main import app
from etl.catalogue.load import packaged_catalogue
from office.corpus.corpus import build_corpus
from office.service.office import Office
from office.service.state import Response
from warehouse.clock import SkippingClock
from warehouse.workspace import Workspace

AS_OF = date(2021, 5, 31)
LATER = date(2021, 6, 30)
SECRETS = ("STUCKNECK_OPS_KEY", "STUCKNECK_OPS_SECRET", "STUCKNECK_LENS_TOKEN")
OK, FAULT, PARKED, AUDIT, SOURCE = 0, 1, 3, 4, 5
BOTH, OPS, LENS = ("epo_ops", "lens"), ("epo_ops",), ("lens",)

# What is made of one answer: (answer, which request this is, from 1) → the answer instead
Change = Callable[[Response, int], Response]


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


def body(change: Callable[[bytes], bytes]) -> Change:
    """Change the bytes of answers that hold data."""

    def changed(answer: Response, _number: int) -> Response:
        if answer.status == 200:
            answer.body = change(answer.body)
        return answer

    return changed


def instead(status: int, content: bytes = b"", media_type: str = "text/plain", **headers: str) -> Change:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _answer, _number: Response(status, content, media_type, dict(named))


def headers(**stated: str) -> Change:
    def changed(answer: Response, _number: int) -> Response:
        answer.headers |= {name.replace("_", "-"): value for name, value in stated.items()}
        return answer

    return changed


def fault(name: str) -> Change:
    def changed(answer: Response, _number: int) -> Response:
        answer.fault = name
        return answer

    return changed


def of_json(change: Callable[[dict[str, Any]], None]) -> Callable[[bytes], bytes]:
    def changed(content: bytes) -> bytes:
        whole = json.loads(content)
        change(whole)
        return json.dumps(whole).encode()

    return changed


def records(ops: tuple[bytes, bytes], lens: Callable[[dict[str, Any]], None], most: int = 10**6) -> Change:
    """Change up to `most` records of each page: `ops` is (pattern, replacement), `lens` changes a record in place."""

    def changed(content: bytes) -> bytes:
        if content.startswith(b"<"):
            return re.sub(ops[0], ops[1], content, count=most)
        return of_json(lambda whole: [lens(one) for one in whole.get("data", [])[:most]] and None)(content)

    return body(changed)


def total(text: str) -> Change:
    """State `text` as the number of hits."""

    def changed(content: bytes) -> bytes:
        if content.startswith(b"<"):
            return re.sub(rb'total-result-count="\d+"', f'total-result-count="{text}"'.encode(), content, count=1)
        return re.sub(rb'"total": ?\d+', f'"total": {text}'.encode(), content, count=1)

    return body(changed)


def without_total(content: bytes) -> bytes:
    return re.sub(rb' total-result-count="\d+"|"total": ?\d+, ?', b"", content, count=1)


def keep(count: int) -> Change:
    """Hand out `count` records and state that there are no more."""

    def changed(content: bytes) -> bytes:
        if content.startswith(b"<"):
            begin, documents = content.find(b"<exchange-document "), content.count(b"</exchange-document>")
            if begin < 0:
                return re.sub(rb'total-result-count="\d+"', b'total-result-count="%d"' % count, content)
            end = content.rfind(b"</exchange-document>") + len(b"</exchange-document>")
            kept = content[begin:end].split(b"</exchange-document>")[: min(count, documents)]
            inner = b"".join(one + b"</exchange-document>" for one in kept)
            return re.sub(
                rb'total-result-count="\d+"',
                b'total-result-count="%d"' % count,
                content[:begin] + inner + content[end:],
            )
        whole = json.loads(content)
        return json.dumps({**whole, "total": count, "data": whole.get("data", [])[:count]}).encode()

    return body(changed)


def title(text: str, xml: str, most: int = 10**6) -> Change:
    """Write a text into the title of up to `most` records a page; `xml` is how it is written in XML."""

    def lens(one: dict[str, Any]) -> None:
        one.setdefault("biblio", {})["invention_title"] = [{"text": text, "lang": "en"}]

    return records((rb"(<invention-title[^>]*>)[^<]*", rb"\g<1>" + xml.encode("utf-8", "surrogatepass")), lens, most)


def dated(day: str, most: int) -> Change:
    def lens(one: dict[str, Any]) -> None:
        one["date_published"] = day

    return records(
        (rb"(<publication-reference>(?s:.)*?<date>)\d{8}", rb"\g<1>" + day.replace("-", "").encode()), lens, most
    )


def renamed(most: int) -> Change:
    def lens(one: dict[str, Any]) -> None:
        one["docNumber"] = one.pop("doc_number", None)

    return records((rb'(<exchange-document [^>]*)doc-number="', rb'\g<1>docnumber="'), lens, most)


def growing(answer: Response, number: int) -> Response:
    return total(str(50 + 40 * number))(answer, number)


def twice(content: bytes) -> bytes:
    if content.startswith(b"<"):
        return re.sub(rb"(<exchange-document (?s:.)*?</exchange-document>)", rb"\1\1", content)
    return of_json(lambda whole: whole.update(data=[one for one in whole.get("data", []) for _ in (1, 2)]))(content)


class First:
    """Answer everything with the first answer that held data."""

    def __init__(self) -> None:
        self.kept: bytes | None = None

    def __call__(self, answer: Response, _number: int) -> Response:
        if answer.status == 200:
            self.kept = self.kept or answer.body
            answer.body = self.kept
        return answer


def every_second(change: Change) -> Change:
    return lambda answer, number: change(answer, number) if number % 2 else answer


def bomb(content: bytes) -> bytes:
    if not content.startswith(b"<"):
        return b'{"total": 1, "data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    entities = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 9))
    return b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">' + entities + b"]><x>&a8;</x>"


def large_claims(one: dict[str, Any]) -> None:
    one["claims"] = [{"lang": "en", "claims": [{"claim_text": ["999999999999999. A method."]}]}]
    one["biblio"].setdefault("cited_by", {})["patent_count"] = 10**13


HTML = b"<!DOCTYPE html><html><body>Please prove that you are human</body></html>"
UNREADABLE = (SOURCE, PARKED)

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
    Row("a total always at the ceiling", total("10000"), exits=(OK, SOURCE)),
    Row("a total always above the cap", total("9999"), exits=(OK, SOURCE)),
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
    Row("a body that drips in", fault("dripped"), exits=UNREADABLE, says="cannot be reached|no usable answer"),
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
    Row("scrolls that have always expired", lambda answer, number: answer if number == 1 else Response(404, b"{}", "application/json"), LENS),
    Row("a scroll id of megabytes", body(lambda c: re.sub(rb'"scroll_id": ?"[^"]*"', b'"scroll_id": "' + b"x" * 3_000_000 + b'"', c)), LENS),
    Row("a scroll id that no header or body takes", body(lambda c: re.sub(rb'"scroll_id": ?"[^"]*"', lambda _: b'"scroll_id": "\\ud83d\\n"', c)), LENS),
]  # fmt: skip
CASES = [(row, source) for row in TABLE for source in row.sources]


def settings_text(office: Office, source: str) -> str:
    """Settings of a workspace that asks one of the services, and asks for everything again."""
    other = next(name for name in BOTH if name != source)
    text = f"[sources]\nsynthetic = true\n{office.addresses.tables()}"
    text = text.replace(f"[sources.{other}]", f"[sources.{other}]\nenabled = false")
    text = text.replace("[sources.lens]", "[sources.lens]\npage_size = 40")
    return (
        f"{text}[harvest]\ntopics = false\nenrichment_requests = 0\nlag_days = 40000\n"
        '[place]\nbootstrap_draws = 0\nnetwork = false\nscreening = "open"\n'
    )


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with Office(build_corpus(families_per_technology=60, with_topics=False)) as opened:
        yield opened


def command(*words: str) -> Result:
    with pytest.MonkeyPatch.context() as patch:
        for name in SECRETS:
            patch.setenv(name, "synthetic")
        patch.setenv("COLUMNS", "1000")
        patch.setattr("app.watch.refresh.SystemClock", SkippingClock)
        return CliRunner().invoke(app, list(words))


@pytest.fixture(scope="module")
def published(office: Office, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One workspace a service, with a good refresh behind it."""
    known = {t.id: t for t in packaged_catalogue().technologies}["lidar"]
    found = {}
    for source in BOTH:
        folder = found[source] = tmp_path_factory.mktemp(source)
        (folder / "stuckneck.toml").write_text(settings_text(office, source), encoding="utf-8")
        (folder / "technologies.toml").write_text(
            '[edition]\nname = "one"\n[[technology]]\nid = "lidar"\nnumber = 1\nname_zh = "激光雷达"\nname_en = "Lidar"\n'
            f"status = \"watched\"\nquery = '''\n{known.query}\n'''\n", encoding="utf-8",
        )  # fmt: skip
        topics = files("etl.catalogue").joinpath("topics.toml").read_text(encoding="utf-8")
        (folder / "topics.toml").write_text(topics, encoding="utf-8")
        Workspace(folder).make_folders()
        done = command("refresh", "-w", str(folder), "--as-of", AS_OF.isoformat())
        assert done.exit_code == 0, done.output
    return found


def ask(file: Path, statement: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(file), read_only=True) as con:
        return con.execute(statement).fetchall()


def snapshot(workspace: Workspace) -> Path:
    return workspace.root / "snapshots" / (workspace.root / "snapshots" / "current").read_text().strip()


PUBLICATIONS = "SELECT publication_number FROM publications ORDER BY ALL"


def misbehave(office: Office, row: Row, source: str, patch: pytest.MonkeyPatch) -> None:
    service = office.ops if source == "epo_ops" else office.lens
    whole, count = service.answer, 0
    change = row.change() if isinstance(row.change, type) else row.change

    def answer(method: str, target: str, headers: dict[str, str], content: bytes) -> Response:
        nonlocal count
        given = whole(method, target, headers, content)
        if target.endswith("/accesstoken") is not row.at_login:
            return given
        count += 1
        return change(given, count)

    patch.setattr(service, "answer", answer)


@pytest.mark.slow  # a second or two each, a hundred of them
@pytest.mark.parametrize(("row", "source"), CASES, ids=[f"{source}: {row.what}" for row, source in CASES])
def test_misbehaviour(
    row: Row, source: str, office: Office, published: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "workspace"
    shutil.copytree(published[source], folder)
    workspace = Workspace(folder)
    if row.what == "a body that drips in":
        text = workspace.settings_file.read_text(encoding="utf-8")
        slow = text.replace(f"[sources.{source}]", f"[sources.{source}]\ntimeout_seconds = 0.2")
        workspace.settings_file.write_text(slow, encoding="utf-8")
    before = ask(snapshot(workspace), PUBLICATIONS)
    misbehave(office, row, source, monkeypatch)

    done = command("refresh", "-w", str(folder), "--as-of", LATER.isoformat())

    assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
    assert "Traceback" not in done.output
    exits = (OK, SOURCE) if row.exits == (OK,) and row.says == DOUBTED else row.exits
    assert done.exit_code in exits, (done.exit_code, done.output)
    assert ask(workspace.core, "SELECT count(*) FROM source_hits WHERE withdrawn_run IS NOT NULL") == [(0,)]
    assert set(ask(snapshot(workspace), PUBLICATIONS)) >= set(before), "nothing published rests on less"
    late = ask(workspace.core, f"SELECT high_water FROM cursors WHERE high_water > DATE '{LATER}'")
    assert late == [], "the cursor never passes the as-of date"
    alerts = ask(workspace.core, "SELECT rule FROM alert_facts") if done.exit_code == OK else []
    said = f"{done.output} {' '.join(rule for (rule,) in alerts)}"
    assert re.search(row.says, said), said
    states = ask(workspace.core, "SELECT state FROM runs ORDER BY run_id DESC LIMIT 1")
    assert states == [({OK: "succeeded", PARKED: "parked"}.get(done.exit_code, "failed"),)]


def test_there_are_forty_of_them_and_both_services_are_tried() -> None:
    assert len({row.what for row in TABLE}) == len(TABLE) >= 40
    assert all(sum(source in row.sources for row in TABLE) >= 40 for source in BOTH)
