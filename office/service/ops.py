"""OPS 3.2: token, search, biblio, claims, family, legal, equivalents, with OPS's limits and errors.

Not recorded from the real service, and therefore assumed: a range beyond the 2000 retrievable hits, or wider than a
page, is a 400 CLIENT.InvalidQuery; a class used up within the minute is a 403 without a reason and with
``Retry-After`` in milliseconds.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, unquote, urlsplit

from etl.sources.epo_ops.query.cql_terms import CqlError
from office.plan.model import Publication
from office.service import ops_xml
from office.service.hits import search_ops
from office.service.ops_document import exchange_document
from office.service.state import Response, State

TOKEN_PATH = "/3.2/auth/accesstoken"  # noqa: S105 - a path, not a secret
PREFIX = "/3.2/rest-services/"
_RANGE = re.compile(r"(\d{1,6})-(\d{1,6})")


def _unavailable() -> Response:
    return Response(503, ops_xml.fault("SERVER.LimitedServerResources", "Request less data"))


def _too_many() -> Response:
    return Response(429, ops_xml.error(429, "Too many requests", "Slow down"), headers={"Retry-After": "50"})


_FAULTS = {"unavailable": _unavailable, "too_many": _too_many}


class OpsService:
    """Answers requests under ``/3.2/``. Any non-empty key and secret are accepted unless `credentials` names them."""

    def __init__(self, state: State, credentials: tuple[str, str] | None = None) -> None:
        self.state = state
        self.credentials = credentials
        self._tokens: dict[str, float] = {}

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Answer one request."""
        url = urlsplit(target)
        if url.path == TOKEN_PATH:
            return self._token(method, headers, body)
        fault = self.state.dice.draw()
        early = self._refusal(url.path, headers, fault)
        if early is not None:
            return early
        service = _service(url.path)
        if not self.state.meter.admit(service):
            wait = int(self.state.meter.wait(service) * 1000) + 1
            return Response(
                403, ops_xml.error(403, "throttled", "Too many requests of this class"), "application/xml",
                {"Retry-After": str(wait), "X-Throttling-Control": self.state.meter.throttling()},
            )  # fmt: skip
        query = parse_qs(url.query, keep_blank_values=True)
        if method == "POST":
            query |= parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
        response = self._route(url.path.removeprefix(PREFIX), query, headers, fault, body if method == "POST" else b"")
        self.state.meter.count_bytes(len(response.body))
        used = self.state.meter
        response.headers |= {
            "X-Throttling-Control": used.throttling(),
            "X-IndividualQuotaPerHour-Used": str(used.hour_bytes),
            "X-RegisteredQuotaPerWeek-Used": str(used.week_bytes),
        }
        response.fault = fault
        return response

    def _token(self, method: str, headers: Mapping[str, str], body: bytes) -> Response:
        wanted = headers.get("authorization", "")
        try:
            key, _, secret = base64.b64decode(wanted.removeprefix("Basic "), validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            key = secret = ""
        known = (key, secret) == self.credentials if self.credentials else bool(key and secret)
        if method != "POST" or b"grant_type=client_credentials" not in body or not known:
            refused = ops_xml.error(401, "Client credentials are invalid", "ClientId is Invalid")
            return Response(401, refused)
        token = f"synthetic-{len(self._tokens):06d}"
        self._tokens[token] = self.state.ticks.now() + self.state.limits.token_seconds
        life = max(1, int(self.state.limits.token_seconds))
        granted = {"access_token": token, "token_type": "BearerToken", "expires_in": str(life), "status": "approved"}
        return Response(200, json.dumps(granted).encode(), "application/json")

    def _refusal(self, path: str, headers: Mapping[str, str], fault: str | None) -> Response | None:
        token = headers.get("authorization", "").removeprefix("Bearer ")
        if fault == "expired_token":
            self._tokens.pop(token, None)
        if self._tokens.get(token, 0.0) <= self.state.ticks.now():
            return Response(400, ops_xml.error(400, "invalid_access_token", "Access token is invalid"))
        if not path.startswith(PREFIX):
            return Response(404, ops_xml.fault("CLIENT.NotFound", "No such service"))
        refused = self._over_quota(fault)
        if refused is None and fault in _FAULTS:
            refused = _FAULTS[fault]()
        return refused

    def _over_quota(self, fault: str | None) -> Response | None:
        meter, limits = self.state.meter, self.state.limits
        reason = "IndividualQuotaPerHour" if fault == "quota" or meter.hour_bytes >= limits.hourly_bytes else None
        if reason is None and meter.week_bytes >= limits.weekly_bytes:
            reason = "RegisteredQuotaPerWeek"
        if reason is None:
            return None
        return Response(403, ops_xml.quota_error(), "text/xml", {"X-Rejection-Reason": reason})

    def _route(
        self, path: str, query: Mapping[str, list[str]], headers: Mapping[str, str], fault: str | None, body: bytes
    ) -> Response:
        parts = [unquote(part) for part in path.split("/") if part]
        if parts[:2] == ["published-data", "search"]:
            return self._search(parts[2:], query, headers, fault)
        if parts[:2] == ["published-data", "publication"] and len(parts) >= 4:
            numbers = _numbers(body) if len(parts) == 4 else [parts[3]]
            return self._published(parts[2], numbers, parts[3 if len(parts) == 4 else 4 :])
        if parts[:2] in (["family", "publication"], ["legal", "publication"]) and len(parts) >= (3 if body else 4):
            behind = parts[3:] if body else parts[4:]
            constituents = set(",".join(behind).split(",")) - {""} | ({"legal"} if parts[0] == "legal" else set())
            numbers = _numbers(body) if body else [parts[3]]
            return self._family(parts[2], numbers, constituents)
        return Response(404, ops_xml.fault("CLIENT.NotFound", "No such service"))

    def _search(
        self, constituents: list[str], query: Mapping[str, list[str]], headers: Mapping[str, str], fault: str | None
    ) -> Response:
        cql = (query.get("q") or query.get("Q") or [""])[0]
        stated = headers.get("x-ops-range") or (query.get("Range") or query.get("range") or ["1-25"])[0]
        span = _RANGE.fullmatch(stated.strip())
        limits = self.state.limits
        if not cql or span is None:
            return Response(400, ops_xml.fault("CLIENT.InvalidQuery", "The request was invalid"))
        begin, end = int(span[1]), int(span[2])
        if not 1 <= begin <= end <= limits.retrievable or end - begin >= limits.page_max:
            return Response(400, ops_xml.fault("CLIENT.InvalidQuery", f"Invalid range {stated}"))
        if fault == "duplicated_page" and begin > limits.page_max:
            begin, end = begin - limits.page_max, end - limits.page_max
        try:
            found = search_ops(self.state.ops_index, cql, self.state.clock)
        except CqlError as problem:
            return Response(400, ops_xml.fault("CLIENT.CQL", str(problem)))
        total = len(found) + (7 if fault == "shifted_total" else 0)
        shown = found[begin - 1 : end]
        if not shown:
            return Response(404, ops_xml.fault("SERVER.EntityNotFound", "No results found"))
        total = min(total, limits.ceiling)
        last = begin + len(shown) - 1
        if not constituents:
            named = [(self.state.family(one), one) for one in shown]
            return Response(200, ops_xml.search_numbers(cql, total, begin, last, named))
        return Response(200, ops_xml.search(cql, total, begin, last, map(self._document, shown), len(shown)))

    def _document(self, one: Publication) -> str:
        known = self.state.rendered("ops", one)
        if known is None:
            clock = self.state.clock
            known = exchange_document(self.state.family(one), one, clock)
            self.state.keep("ops", one, known, clock)
        return known

    def _find(self, form: str, number: str) -> list[Publication]:
        """Return the visible publications a number names: ``CN.900000001.A`` (docdb) or ``CN900000001`` (epodoc)."""
        compact = re.sub(r"[.\-\s]", "", number.upper())
        found = [p for p in self._candidates(compact) if p.visible(self.state.clock) and p.on_ops]
        return found[:1] if form == "epodoc" and len(found) > 1 else found

    def _candidates(self, compact: str) -> list[Publication]:
        table: dict[str, list[Publication]] | None = getattr(self, "_by_number", None)
        if table is None:
            table = {}
            for one in self.state.corpus.publications:
                for name in (f"{one.country}{one.number}", f"{one.country}{one.number}{one.kind}"):
                    table.setdefault(name, []).append(one)
            self._by_number = table
        return table.get(compact, [])

    def _published(self, form: str, numbers: list[str], constituents: list[str]) -> Response:
        if len(numbers) > 100:
            return Response(413, ops_xml.fault("CLIENT.AmbiguousRequest", "Too many references"))
        found = [one for number in numbers for one in self._find(form, number)]
        if not found:
            return Response(404, ops_xml.fault("SERVER.EntityNotFound", "No results found"))
        service = constituents[0].split(",")[0] if constituents else "biblio"
        handlers: dict[str, Callable[[list[Publication]], Response]] = {
            "biblio": lambda some: Response(200, ops_xml.biblio(map(self._document, some))),
            "abstract": lambda some: Response(200, ops_xml.biblio(map(self._document, some))),
            "full-cycle": lambda some: Response(200, ops_xml.biblio(map(self._document, some))),
            "claims": self._claims,
            "equivalents": self._equivalents,
        }
        handler = handlers.get(service)
        return handler(found) if handler else Response(404, ops_xml.fault("CLIENT.NotFound", "No such constituent"))

    def _claims(self, found: list[Publication]) -> Response:
        stated = [one for one in found if one.country in ops_xml.FULL_TEXT]
        if not stated:
            message = f"Fulltext is not available for country {found[0].country}"
            return Response(404, ops_xml.fault("CLIENT.InvalidCountryCode", message))
        stated = [one for one in stated if one.claims is not None]
        if not stated:
            return Response(404, ops_xml.fault("SERVER.EntityNotFound", "No results found"))
        return Response(200, ops_xml.claims([(self.state.family(one), one) for one in stated]))

    def _equivalents(self, found: list[Publication]) -> Response:
        return Response(200, ops_xml.equivalents(found[0], self.state.members(found[0], "ops")))

    def _family(self, form: str, numbers: list[str], constituents: set[str]) -> Response:
        if len(numbers) > 100:
            return Response(413, ops_xml.fault("CLIENT.AmbiguousRequest", "Too many references"))
        found = [one for number in numbers for one in self._find(form, number)[:1]]
        if not found:
            return Response(404, ops_xml.fault("SERVER.EntityNotFound", "No results found"))
        legal = "legal" in constituents
        rendered: list[str] = []
        for one in found:
            members = self.state.members(one, "ops")
            documents = [self._document(member) for member in members] if "biblio" in constituents else []
            named = [(self.state.family(one), member) for member in members]
            rendered.append(ops_xml.family(one, named, self.state.clock, legal, documents))
        return Response(200, ops_xml.page("".join(rendered)))


def _numbers(body: bytes) -> list[str]:
    """Return the references of a POST body: separated by commas or line ends."""
    return re.split(r"[,\s]+", body.decode("utf-8", "replace").strip())


def _service(path: str) -> str:
    """Return the throttle class of a path."""
    rest = path.removeprefix(PREFIX)
    if rest.startswith("published-data/search"):
        return "search"
    return "inpadoc" if rest.startswith(("family", "legal")) else "retrieval"
