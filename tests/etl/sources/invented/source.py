"""An invented service, whole: JSON pages of plain records. Nothing else in the tree knows of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import SecretStr

from etl.fetch.budgets.quotas import Quota
from etl.fetch.fetch import Fetcher
from etl.fetch.http import Answer, Request, StoppedError, Then, Verdict
from etl.fetch.slices import Span
from etl.fetch.slicing import Got
from etl.fetch.source import Note
from etl.fetch.wire import Wire
from etl.query.ast import Query
from etl.records import PageRefusedError, Parsed, Record
from tests.etl.sources.invented.settings import Section
from warehouse.clock import Clock


class Client:
    source = "invented"
    quotas: tuple[Quota, ...] = ()

    def __init__(self, section: Section, token: SecretStr) -> None:
        self._wire = Wire(section.base_url, section.timeout_seconds)
        self._token = token

    def delay(self, _request: Request, _now: datetime) -> float:
        return 0.0

    def send(self, request: Request, _now: datetime) -> Answer:
        return self._wire.send(request, {"X-Token": self._token.get_secret_value()})

    def judge(self, _request: Request, answer: Answer, _now: datetime) -> Verdict:
        if answer.status == 401:
            raise StoppedError("The invented service refused the token: check STUCKNECK_INVENTED_TOKEN.")
        return Verdict(Then.USE if answer.status == 200 else Then.RETRY)

    def close(self) -> None:
        self._wire.close()

    def lost(self, _request: Request, _now: datetime) -> None: ...

    def stated(self, _answer: Answer) -> dict[str, int]:
        return {}


class Retriever:
    cap = 1_000

    def __init__(self, fetcher: Fetcher, query: Query, rows: int) -> None:
        self._fetcher = fetcher
        self._query = query
        self._rows = rows

    def compiled(self, span: Span) -> str:
        return f"{self._query} from {span.first} to {span.last}"

    def probe(self, _span: Span, _slice_id: int) -> None:
        return None

    def retrieve(self, span: Span, slice_id: int) -> Got:
        got, first = Got(), 0
        while got.expected is None or first < got.expected:
            asked = {"from": str(span.first), "to": str(span.last), "first": str(first), "rows": str(self._rows)}
            parsed = self._fetcher.fetch(Request("invented", "GET", "patents", tuple(asked.items())), slice_id).parsed
            got.expected = parsed.total
            got.take(parsed)
            first += self._rows
        return got


class Invented:
    name = "invented"
    purposes = ()

    def open(self, section: Section, secrets: Sequence[SecretStr]) -> Client:
        return Client(section, *secrets)

    def compiled(self, query: Query, _section: Section) -> list[str]:
        return [f"INVENTED {query}"]

    def retrievers(self, fetcher: Fetcher, query: Query, section: Section, _clock: Clock) -> list[Retriever]:
        return [Retriever(fetcher, query, section.rows)]

    def scan(self, _fetcher: Fetcher, _section: Section, _clock: Clock) -> None:
        return None

    def asker(self, _fetcher: Fetcher, _note: Note) -> None:
        return None

    def trial(self) -> Request:
        asked = {"from": "2000-01-01", "to": "2000-01-01", "first": "0", "rows": "1"}
        return Request("invented", "GET", "patents", tuple(asked.items()))

    def parse(self, content: bytes, _request: Mapping[str, Any] | None, _status: int) -> Parsed:
        try:
            stated = json.loads(content)
        except ValueError:
            raise PageRefusedError("the invented service sent no JSON") from None
        parsed = Parsed(total=stated["total"])
        for row_no, one in enumerate(stated["patents"], 1):
            country, number, kind = one["number"].split("-")
            day = date.fromisoformat(one["date"])
            parsed.records.append(
                Record(
                    one["number"], country, number, kind, "application", day, f"{country}-2015{number}", day, day,
                    titles=[("en", one["title"])], ipc=[one["ipc"]], applicants=[(1, one["who"], country, None)],
                    row_no=row_no,
                )
            )  # fmt: skip
        return parsed

    def recognises(self, head: bytes) -> bool:
        return b'"invented"' in head


SOURCE = Invented()
