"""One publication of PATSTAT's tables → one record."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import date
from typing import Any

from etl.normalise.dates import DateRefusedError, parse_date
from etl.normalise.ipc import ipc_symbols
from etl.normalise.ipc_inventory import that_existed
from etl.normalise.legal_events import category, standing
from etl.normalise.numbers import docdb as numbers
from etl.normalise.pct import is_pct
from etl.normalise.places.countries import residence_code
from etl.records import Record, Reject

Row = dict[str, Any]
_NO_DATE = "9999-12-31"


def _name(text: str | None) -> str | None:
    """A name without what is left of quotation marks in some (``&quotMUSTER LTD.&quot``)."""
    return html.unescape(text).strip('" ') or None if text else None


class Reader:
    """Makes records of rows; what cannot be read of them goes to `rejects`."""

    def __init__(self, rejects: list[Reject]) -> None:
        self.rejects = rejects

    def record(self, publication: Row, application: Row | None, parts: dict[str, list[Row]]) -> Record | None:
        """The record of a row of tls211 with its application's row and the rows of other tables, by their names.

        None (and a reject) without a usable number.
        """
        stated = (publication["publn_auth"], publication["publn_nr"], publication["publn_kind"])
        row_no = publication["ordinal"]
        try:
            canonical = numbers.publication(*stated)
        except numbers.NumberRefusedError as error:
            found = " ".join(filter(None, stated))
            self.rejects.append(
                Reject(
                    f"tls211: {found} is no publication number ({error}); it is left out.", row_no=row_no, found=found
                )
            )
            return None
        cc, _, rest = canonical.partition("-")
        record = Record(canonical, cc, rest.partition("-")[0], stated[2], row_no=row_no)
        record.publication_type = numbers.type_of(cc, record.kind, record.number)
        if record.publication_type is None and publication["publn_first_grant"] == "Y":
            record.publication_type = "grant"
        record.publication_date = self._day(record, publication["publn_date"], "publn_date")
        record.claim_count = publication["publn_claims"] or None  # 0: not known
        if application is not None:
            self._application(record, application, parts)
        self._parts(record, publication, parts)
        return record

    def _day(self, record: Record, text: str | None, column: str) -> date | None:
        if not text or text[:10] == _NO_DATE:
            return None
        try:
            return parse_date(text[:10])
        except DateRefusedError as error:
            self._refuse(record, column, text, error)
            return None

    def _refuse(self, record: Record, column: str, found: str, why: object) -> None:
        reason = (
            f"{record.publication_number}: {column} {found[:80]!r} cannot be used ({why}); the field is left empty."
        )
        self.rejects.append(Reject(reason, "field emptied", record.row_no, column, None, found[:200]))

    def _application(self, record: Record, row: Row, parts: dict[str, list[Row]]) -> None:
        record.filing_date = self._day(record, row["appln_filing_date"], "appln_filing_date")
        if row["appln_auth"] and row["appln_nr"]:
            record.application_number = numbers.application(row["appln_auth"], row["appln_nr"], row["appln_kind"])
            if record.application_number is None:
                self._refuse(record, "appln_nr", row["appln_nr"], "it is no application number")
        record.priority_date = self._day(record, row["earliest_filing_date"], "earliest_filing_date")
        record.priorities = self._priorities(record, row, parts["priorities"])
        if (row["docdb_family_id"] or 0) > 0:
            record.source_family_id = f"docdb:{row['docdb_family_id']}"
        stated = row["appln_kind"] == "W" or row["int_phase"] == "Y" or (row["internat_appln_id"] or 0) > 0
        record.is_pct = is_pct(
            record.authority, [record.application_number], states_pct=stated or bool(row["has_pct"]),
            member_offices=[record.authority], is_complete=bool(row["is_complete"]),  # the other members: has_pct
        )  # fmt: skip
        if row["nb_citing_docdb_fam"] is not None:
            record.citation_count, record.citation_count_kind = row["nb_citing_docdb_fam"], "family"

    def _priorities(self, record: Record, row: Row, stated: Sequence[Row]) -> list[tuple[str, date | None]] | None:
        """The priorities; [] for a first filing; None where one of them is not in tls201: part would mislead."""
        if not stated:
            return [] if row["earliest_filing_id"] == row["appln_id"] else None
        found: dict[str, date | None] = {}
        for prior in stated:
            number = None
            if prior["appln_auth"] and prior["appln_nr"]:
                number = numbers.application(prior["appln_auth"], prior["appln_nr"], prior["appln_kind"])
            if number is None:
                self._refuse(record, "priorities", str(prior["seq"]), "the earlier application is not in tls201")
                return None
            found.setdefault(number, self._day(record, prior["appln_filing_date"], "priorities"))
        return list(found.items())

    def _parts(self, record: Record, publication: Row, parts: dict[str, list[Row]]) -> None:
        symbols, refused = ipc_symbols(row["symbol"] for row in parts["ipc"])
        symbols, wrong = that_existed(symbols, record.publication_date)
        if refused or wrong:
            self._refuse(record, "ipc", "; ".join(refused + wrong), "the others are used")
        record.ipc = symbols or None
        record.cpc = ipc_symbols(row["symbol"] for row in parts["cpc"])[0] or None
        record.titles = [(row["lang"], row["text"]) for row in parts["titles"]] or None
        record.abstracts = [(row["lang"], row["text"]) for row in parts["abstracts"]] or None
        named = [row for row in parts["applicants"] if row["name"] or row["country"]]
        record.applicants = [
            (n, _name(row["name"]), residence_code(row["country"]), row["address"]) for n, row in enumerate(named, 1)
        ] or None
        self._legal(record, parts["events"])
        own = [row for row in parts["citations"] if row["pat_publn_id"] == publication["pat_publn_id"]]
        record.cites = self._cites(record, own) or None

    def _legal(self, record: Record, rows: Sequence[Row]) -> None:
        """Fill in the events and the status that they settle; an application without events is not known."""
        events, steps = [], []
        for row in rows:
            gazette = self._day(record, row["event_publn_date"], "event_publn_date")
            effective = self._day(record, row["event_effective_date"], "event_effective_date")
            meant = category(row["code"], row["description"] or "", row["office"] or "", row["text"] or "")
            events.append((gazette or effective, row["code"], meant, row["description"]))
            steps.append((meant, effective or gazette))
        record.legal_events = events or None
        is_granted = record.publication_type in ("grant", "utility_model")
        record.legal_status, record.lapse_date = standing(steps, is_granted)

    def _cites(self, record: Record, rows: Sequence[Row]) -> list[tuple[str, str | None, str | None]]:
        found: dict[str, tuple[str, str | None, str | None]] = {}
        for row in rows:
            if row["publn_nr"] is None:
                continue  # counted with the others that tls211 does not have
            try:
                number = numbers.publication(row["publn_auth"], row["publn_nr"], row["publn_kind"])
            except numbers.NumberRefusedError as error:
                self._refuse(record, "cites", f"{row['publn_auth']} {row['publn_nr']}", f"{error}; the others are used")
                continue
            found.setdefault(number, (number, row["phase"], row["category"]))
        return list(found.values())
