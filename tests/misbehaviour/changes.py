"""What is made of one answer of the simulated office: the ways in which a service may be out of order."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from office.service.state import Response

# (answer, which request this is, from 1) → the answer instead
Change = Callable[[Response, int], Response]


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
    """Write a text into the title of up to `most` records a page; `xml` is how it stands in XML."""

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
