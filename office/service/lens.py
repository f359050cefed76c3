"""Lens: ``POST /patent/search`` with paging or scroll, its limits, its errors, and the usage page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from etl.sources.lens.query_json import LensQueryError
from office.plan.model import Publication
from office.service import lens_record
from office.service.hits import search_lens
from office.service.state import Response, State

SEARCH_PATH = "/patent/search"
USAGE_PATH = "/subscriptions/patent_api/usage"
DEFAULT_SIZE = 20


@dataclass(slots=True)
class _Scroll:
    found: list[Publication]
    at: int
    size: int
    include: list[str] | None
    exclude: list[str] | None
    expires: float
    ended: bool = False


class _BadRequestError(ValueError):
    """The body is not one the service takes."""


class LensService:
    """Answers requests of the Lens API. Any non-empty token is accepted unless `token` names it."""

    def __init__(self, state: State, token: str | None = None) -> None:
        self.state = state
        self.token = token
        self._scrolls: dict[str, _Scroll] = {}
        self._serial = 0

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Answer one request."""
        path = urlsplit(target).path
        sent = headers.get("authorization", "")
        token = sent.removeprefix("Bearer ").strip()
        if not sent.startswith("Bearer ") or not token or (self.token is not None and token != self.token):
            return self._error(401, "Access denied: the access token is missing or not valid")
        if path == USAGE_PATH and method == "GET":
            used = {"usage": self.state.meter.month_calls, "allowed": self.state.limits.lens_month}
            return self._json(200, {"requestsPerMonth": used})
        if path != SEARCH_PATH or method != "POST":
            return self._error(404 if path != SEARCH_PATH else 405, f"No such resource: {method} {path}")
        return self._answer_search(body)

    def _answer_search(self, body: bytes) -> Response:
        fault = self.state.dice.draw()
        if fault == "unavailable":
            return self._error(503, "Service temporarily unavailable")
        if fault in {"too_many", "quota"} or not self.state.meter.admit("lens"):
            return self._too_many(fault)
        response = self._search(body, fault)
        response.headers |= self._remaining()
        response.fault = fault
        return response

    def _remaining(self) -> dict[str, str]:
        meter, limits = self.state.meter, self.state.limits
        return {
            "x-rate-limit-remaining-request-per-minute": str(max(0, limits.lens - meter.used("lens"))),
            "x-rate-limit-remaining-request-per-month": str(max(0, limits.lens_month - meter.month_calls)),
        }

    def _too_many(self, fault: str | None) -> Response:
        wait = 0.05 if fault else self.state.meter.wait("lens")
        response = self._error(429, "Too many requests")
        response.headers |= self._remaining() | {
            "x-rate-limit-remaining-request-per-minute": "0",
            "x-rate-limit-retry-after-seconds": str(int(wait) + (wait > int(wait))),
            "x-rate-limit-retry-after-millis": str(int(wait * 1000) + 1),
        }
        return response

    def _search(self, body: bytes, fault: str | None) -> Response:
        try:
            request = json.loads(body)
            if not isinstance(request, dict):
                raise _BadRequestError("the body is no JSON object")
            if "scroll_id" in request:
                return self._continue(request, fault)
            return self._first(request, fault)
        except json.JSONDecodeError as problem:
            return self._error(400, f"The body is not JSON: {problem}")
        except (_BadRequestError, LensQueryError) as problem:
            return self._error(400, str(problem))

    def _first(self, request: Mapping[str, Any], fault: str | None) -> Response:
        size, start = request.get("size", DEFAULT_SIZE), request.get("from", 0)
        limits = self.state.limits
        if not isinstance(size, int) or not 0 <= size <= limits.lens_page_max:
            raise _BadRequestError(f"size is {size!r}; at most {limits.lens_page_max}")
        if not isinstance(start, int) or start < 0 or start + size > limits.lens_window:
            raise _BadRequestError(f"from + size is beyond {limits.lens_window}; use scroll")
        query = request.get("query")
        if not isinstance(query, Mapping):
            raise _BadRequestError("query is missing or no object")
        found = search_lens(self.state.lens_index, query, self.state.clock)
        found = _sorted(found, request.get("sort"))
        include, exclude = _names(request.get("include")), _names(request.get("exclude"))
        scroll_id = None
        if "scroll" in request:
            if start:
                raise _BadRequestError("from cannot be combined with scroll")
            expires = self.state.ticks.now() + self.state.limits.scroll_seconds
            scroll_id = self._keep(_Scroll(found, size, size, include, exclude, expires))
        return self._page(found[start : start + size], len(found), include, exclude, scroll_id, fault)

    def _continue(self, request: Mapping[str, Any], fault: str | None) -> Response:
        scroll = self._scrolls.pop(str(request["scroll_id"]), None)
        if scroll is None or scroll.expires <= self.state.ticks.now() or fault == "expired_scroll":
            return self._error(404, "No search context found for the scroll id: it expired or was used")
        if scroll.ended or scroll.at >= len(scroll.found):
            return Response(204, b"", "application/json")
        shown = scroll.found[scroll.at : scroll.at + scroll.size]
        scroll.at += scroll.size
        scroll.expires = self.state.ticks.now() + self.state.limits.scroll_seconds
        return self._page(shown, len(scroll.found), scroll.include, scroll.exclude, self._keep(scroll), fault)

    def _keep(self, scroll: _Scroll) -> str:
        self._serial += 1
        name = f"c3ludGhldGlj{self._serial:08d}"
        self._scrolls[name] = scroll
        return name

    def _page(
        self,
        shown: list[Publication],
        total: int,
        include: list[str] | None,
        exclude: list[str] | None,
        scroll_id: str | None,
        fault: str | None,
    ) -> Response:
        if include or exclude:
            records = [
                json.dumps(lens_record.select(json.loads(self._record(one)), include, exclude), ensure_ascii=False)
                for one in shown
            ]
        else:
            records = [self._record(one) for one in shown]
        stated = total + (7 if fault == "shifted_total" else 0)
        tail = f',"scroll_id":"{scroll_id}"' if scroll_id else ""
        whole = f'{{"total":{stated},"max_score":1.0,"data":[{",".join(records)}],"results":{len(shown)}{tail}}}'
        return Response(200, whole.encode(), "application/json")

    def _record(self, one: Publication) -> str:
        known = self.state.rendered("lens", one)
        if known is None:
            clock = self.state.clock
            citing = self.state.lens_index.citing(f"{one.country}-{one.number}")
            exact = [p for p in citing if p.visible(clock) and any(c.cited == one.key for c in p.cites)]
            made = lens_record.record(self.state.family(one), one, exact, clock)
            known = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
            self.state.keep("lens", one, known, clock)
        return known

    def _json(self, status: int, content: Mapping[str, Any]) -> Response:
        return Response(status, json.dumps(content, ensure_ascii=False).encode(), "application/json")

    def _error(self, status: int, message: str) -> Response:
        return self._json(status, {"message": message, "status": status, "error": "synthetic office"})


def _names(value: Any) -> list[str] | None:
    return [str(one) for one in value] if isinstance(value, list) else None


def _sorted(found: list[Publication], sort: Any) -> list[Publication]:
    """Apply a sort by date_published (default: newest first)."""
    for one in sort if isinstance(sort, list) else []:
        direction = one.get("date_published") if isinstance(one, dict) else None
        if direction == "asc":
            return sorted(found, key=lambda p: (p.date, p.key))
    return found
