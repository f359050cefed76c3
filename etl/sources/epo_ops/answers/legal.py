"""Legal events of one family member (``ops:legal``) and what they say about the right (docs/sources.md, OPS, XML)."""

from __future__ import annotations

from datetime import date

from lxml import etree

from etl.exchange.fields import day
from etl.normalise.legal_events import category
from etl.records import Record
from etl.sources.epo_ops.answers.answer import OPS

_GAZETTE, _EFFECTIVE = f"{OPS}L007EP", f"{OPS}L525EP"
Event = tuple[date | None, str | None, str, str | None]


def _day(text: str | None) -> date | None:
    """Return a date written 2012-07-18 or 20120718; None when empty or no date (offices leave 0001-01-01 there too)."""
    try:
        found = day((text or "").strip())
    except ValueError:
        return None
    return found if found and found.year > 1 else None


def _event(element: etree._Element, office: str) -> tuple[Event, date | None]:
    gazette = effective = None
    for field in element.iter(_GAZETTE, _EFFECTIVE):
        if field.tag == _GAZETTE:
            gazette = _day(field.text)
        else:
            effective = _day(field.text)
    code = (element.get("code") or "").strip()
    description = " ".join((element.get("desc") or "").split())
    meant = category(code, description, office)
    if meant == "lapse" and element.get("infl") == "+":
        meant = "other"
    return (gazette or effective, code or None, meant, description or None), effective or gazette


def read_legal(member: etree._Element, record: Record) -> None:
    """Put the events of `member` into `record`, with status and day of lapse as far as they settle it.

    A lapse after which nothing was granted or restored makes the right inactive; without one it is active when granted
    and pending while only an application; without any event nothing is known.
    """
    events: list[Event] = []
    lapse: date | None = None
    lapsed = granted = False
    for element in member.iterchildren(f"{OPS}legal"):
        event, effective = _event(element, record.authority)
        events.append(event)
        if event[2] == "lapse":
            lapsed, lapse = True, effective
        elif event[2] == "grant":
            granted, lapsed, lapse = True, False, None
        elif event[2] == "restoration":
            lapsed, lapse = False, None
    record.legal_events = events
    if lapsed:
        record.legal_status, record.lapse_date = "inactive", lapse
    elif granted or (events and record.publication_type in ("grant", "utility_model")):
        record.legal_status = "active"
    elif events:
        record.legal_status = "pending"
