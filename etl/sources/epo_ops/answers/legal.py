"""Legal events of one family member (``ops:legal``) and what they say about the right (docs/sources.md, OPS, XML)."""

from __future__ import annotations

from datetime import date

from lxml import etree

from etl.exchange.fields import day
from etl.normalise.legal_events import category, standing
from etl.records import Record
from etl.sources.epo_ops.answers.answer import OPS

_GAZETTE, _EFFECTIVE, _TEXT = f"{OPS}L007EP", f"{OPS}L525EP", f"{OPS}L510EP"
Event = tuple[date | None, str | None, str, str | None]


def _day(text: str | None) -> date | None:
    """Return a date written 2012-07-18 or 20120718; None when empty or no date (offices leave 0001-01-01 there too)."""
    try:
        found = day((text or "").strip())
    except ValueError:
        return None
    return found if found and found.year > 1 else None


def _event(element: etree._Element, office: str) -> tuple[Event, date | None]:
    stated = {field.tag: field.text for field in element.iter(_GAZETTE, _EFFECTIVE, _TEXT)}
    gazette, effective = _day(stated.get(_GAZETTE)), _day(stated.get(_EFFECTIVE))
    code = (element.get("code") or "").strip()
    description = " ".join((element.get("desc") or "").split())
    meant = category(code, description, office, " ".join((stated.get(_TEXT) or "").split()))
    if meant == "lapse" and element.get("infl") == "+":
        meant = "other"
    return (gazette or effective, code or None, meant, description or None), effective or gazette


def read_legal(member: etree._Element, record: Record) -> None:
    """Put the events of `member` into `record`, with status and day of lapse as far as they settle it."""
    found = [_event(element, record.authority) for element in member.iterchildren(f"{OPS}legal")]
    record.legal_events = [event for event, _ in found]
    is_granted = record.publication_type in ("grant", "utility_model")
    record.legal_status, record.lapse_date = standing(((event[2], day) for event, day in found), is_granted)
