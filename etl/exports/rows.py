"""One row of an export → the publications it states."""

from __future__ import annotations

import re
from dataclasses import replace

from etl.exports import lists
from etl.exports.cells import whole_number_text
from etl.exports.fields import RowReader
from etl.exports.row_dates import read_dates
from etl.exports.row_members import Member, members_of
from etl.exports.row_number import APPLICATION, cn_application_type, known_by, skip_row, stated_number
from etl.normalise.claims import claim_count
from etl.normalise.numbers.canonical import NumberRefusedError, parse_publication_number, publication_number
from etl.normalise.pct import is_pct
from etl.normalise.places.countries import address_country, country_code, residence_code
from etl.normalise.publication_type import publication_type, stated_type
from etl.records import Record

_LENS_ID = re.compile(r"\d{3}(?:-\d{3}){3}-\d{2}[\dX]")


def records_of_row(row: RowReader) -> list[Record]:
    """Publications of the row: one, or two where application and grant share it; none when refused."""
    members = members_of(row)
    stated = [stated_number(row, name) for name in ("publication_number", "grant_number")] if not members else []
    unique = list(dict.fromkeys(number for number in stated if number is not None))
    if members:
        first = _record(row, *members[0].number)
        records = [_member(first, member, alone=len(members) == 1) for member in members]
        return _one_family(row, records)
    if unique:
        first = _record(row, *unique[0])
        return [first, *(_again(row, first, *other) for other in unique[1:])]
    if any(reject.action == "record skipped" for reject in row.rejects):
        return []
    kept = known_by(row)
    if kept is not None:
        return [_application(row, *kept)]
    skip_row(
        row,
        "publication_number",
        "",
        "the row has no publication number and no usable application number, so nothing can be kept of it",
    )
    return []


def _record(row: RowReader, cc: str, number: str, kind: str | None, *, is_published: bool = True) -> Record:
    name = publication_number(cc, number, kind) if is_published else f"{cc}-{number}"  # ours: no office's rule for it
    record = Record(name, cc, number, kind, row_no=row.row_no)
    read_dates(row, record)
    record.publication_type = _type(row, record)
    _texts(row, record)
    record.ipc = _ipc(row)
    record.cpc = row.symbols("cpc")
    record.applicants = _applicants(row)
    _citations(row, record)
    _family(row, record)
    _legal(row, record)
    record.is_pct = _is_pct(row, record)
    return record


def _again(row: RowReader, first: Record, cc: str, number: str, kind: str | None) -> Record:
    """The same row's other publication: what belongs to the application is shared, what to the publication is not."""
    return replace(
        first, publication_number=publication_number(cc, number, kind), authority=cc, number=number, kind=kind,
        publication_type=publication_type(cc, kind, number), publication_date=row.day("grant_date"),
    )  # fmt: skip


def _member(first: Record, member: Member, *, alone: bool) -> Record:
    """One of a row's several publications: what belongs to the family is shared, what to the publication is not."""
    cc, number, kind = member.number
    own = publication_number(cc, number, kind)
    record = replace(
        first, publication_number=own, authority=cc, number=number, kind=kind,
        publication_type=publication_type(cc, kind, number), publication_date=member.published,
        application_number=member.application or (first.application_number if alone else None),
        filing_date=member.filed or first.filing_date,
    )  # fmt: skip
    if own != first.publication_number:
        record.claims_text, record.claim_count = None, None  # the row's claims are those of its first publication
    return record


def _one_family(row: RowReader, records: list[Record]) -> list[Record]:
    """The publications of a row with what each says of the others: a list of the whole family where rows are such."""
    offices = [record.authority for record in records]
    is_complete = row.vendor.format.rows_are_families and not any(r.column_name for r in row.rejects)
    for record in records:
        record.is_pct = is_pct(
            record.authority, [record.application_number], states_pct=record.is_pct is True, member_offices=offices,
            is_complete=is_complete,
        )  # fmt: skip
    return records


def _application(row: RowReader, cc: str, number: str, kind: str | None) -> Record:
    """A record of a row that states an application only: no publication's type but what the number says."""
    record = _record(row, cc, number, kind, is_published=False)
    filed = number.removeprefix(APPLICATION)
    if record.publication_type is None and cc == "CN" and number.startswith(APPLICATION):
        record.publication_type = cn_application_type(filed)
    return record


def _type(row: RowReader, record: Record) -> str | None:
    stated = row.text("publication_type")
    index = row.column("publication_type")
    mapped = None
    if stated is not None and index is not None:
        mapped = row.mapped("publication_type", stated)
        row.uses[index].understood += mapped is not None
    by_kind = publication_type(record.authority, record.kind, record.number, record.publication_date)
    return stated_type(mapped, by_kind)


def _texts(row: RowReader, record: Record) -> None:
    record.titles = _localised(row, "title")
    record.abstracts = _localised(row, "abstract")
    record.claims_text = _plain(row, "claims_text")
    record.claim_count = row.count("claim_count")
    if record.claim_count == 0:
        record.claim_count = None  # a patent has at least one claim: 0 is how exports write unknown
    if record.claim_count is None:
        record.claim_count = claim_count([record.claims_text or ""])


def _plain(row: RowReader, name: str) -> str | None:
    return row.read(name, lambda text: text, "text")


def _localised(row: RowReader, name: str) -> list[tuple[str | None, str]] | None:
    found: list[tuple[str | None, str]] = []
    for field, language in ((f"{name}_zh", "zh"), (f"{name}_en", "en"), (name, row.vendor.format.language)):
        text = _plain(row, field)
        if text is not None and all(text != other for _, other in found):
            found.append((language, text))
    return found or None


def _ipc(row: RowReader) -> list[str] | None:
    main, every = row.symbols("ipc_main"), row.symbols("ipc")
    if main is None:
        return every
    return list(dict.fromkeys([*main[:1], *(every or []), *main]))


def _applicants(row: RowReader) -> list[tuple[int, str | None, str | None, str | None]] | None:
    full = row.column("applicants_full") is not None
    names, bracketed, named = _named(row, "applicants_full" if full else "applicants")
    countries = [residence_code(text) for text in _split(row, "applicant_countries")] or bracketed
    addresses = _split(row, "applicant_addresses") or named
    if not names and not any(countries) and not addresses:
        return None
    length = max(len(names), 1)
    if len(countries) != length:  # one country for several names is the first applicant's
        countries = [*countries[:1], *[None] * (length - 1)] if countries else [None] * length
    if len(addresses) != length:
        addresses = ["; ".join(addresses)] if addresses and length == 1 else addresses[:1]
    padded = [*addresses, *[None] * length]
    countries = [code or address_country(place) for code, place in zip(countries, padded, strict=False)]
    return [(n + 1, names[n] if names else None, countries[n], padded[n]) for n in range(length)]


def _named(row: RowReader, name: str) -> tuple[list[str], list[str | None], list[str]]:
    """Names, countries and addresses of entries that say them together (``NAME [CC]``, ``NAME,Town,CC``)."""
    entries, pattern = _split(row, name), row.vendor.patterns.get(name)
    matches = [re.fullmatch(pattern, entry, re.DOTALL) if pattern else None for entry in entries]
    parts = [match.groupdict() if match else {"name": entry} for match, entry in zip(matches, entries, strict=True)]
    countries = [residence_code(part.get("country")) for part in parts]
    addresses = [part.get("address") for part in parts]
    stated = [address for address in addresses if address]
    return (
        [str(part["name"]).strip() for part in parts],
        countries if any(countries) else [],
        stated if len(stated) == len(parts) else [],
    )


def _split(row: RowReader, name: str) -> list[str]:
    return row.list_of(name, lambda text: (lists.split_cell(text, name, row.vendor), []), "names") or []


def _citations(row: RowReader, record: Record) -> None:
    def publications(name: str) -> list[str] | None:
        return row.list_of(name, lambda text: lists.publications(text, name, row.vendor), "publication numbers")

    cites, cited_by = publications("cites"), publications("cited_by")
    record.cites = [(number, None, None) for number in cites] if cites is not None else None
    record.cited_by = [(number, None) for number in cited_by] if cited_by is not None else None
    # Of the family's count and the publication's the family's is kept, unless its cell is blank (docs/exports.md).
    record.citation_count, kind = row.count("family_citation_count"), "family"
    if record.citation_count is None:
        record.citation_count, kind = row.count("citation_count"), "publication"
    if record.citation_count is None and cited_by is not None:
        record.citation_count = len(cited_by)
    record.citation_count_kind = None if record.citation_count is None else kind


def _family(row: RowReader, record: Record) -> None:
    family = row.read("family_id", whole_number_text, "text")
    scheme = row.vendor.format.family_scheme or row.vendor.key
    if family is not None and family not in {"-1", "0"}:
        record.source_family_id = f"{scheme}:{family}"
    members = row.list_of(
        "family_members", lambda t: lists.publications(t, "family_members", row.vendor), "publications"
    )
    record.family_members = members
    lens_ids = [text for text in _split(row, "family_lens_ids") if _LENS_ID.fullmatch(text)]
    if members is None and not lens_ids:  # a list of numbers in the column of ids
        record.family_members = row.list_of(
            "family_lens_ids", lambda t: lists.publications(t, "family_lens_ids", row.vendor), "publications"
        )
    if lens_ids and record.source_family_id is None:
        # Every member lists the same set of ids, so its least one names the family.
        record.source_family_id = f"lens_members:{min(lens_ids)}"


def _legal(row: RowReader, record: Record) -> None:
    states = _split(row, "legal_status")
    words = [word for state in states for word in (state, re.split(r"[-—]", state)[0])]
    record.legal_status = next((s for s in (row.mapped("legal_status", word) for word in words) if s), None)
    record.lapse_date = row.day("lapse_date")
    stated = [*states, *_split(row, "legal_events")]
    dated = row.list_of("legal_history", lists.history, "events as date | wording | office") or []
    known = {category for _, _, category, _ in dated}
    # A word of the status column has no date; where the history says when, only the history is kept.
    meant = {word: row.mapped("legal_events", word) for word in stated}
    undated = [(None, None, category, word) for word, category in meant.items() if category and category not in known]
    if dated or undated or (states and row.vendor.format.no_events_means_none):
        record.legal_events = [*dated, *undated]


def _is_pct(row: RowReader, record: Record) -> bool | None:
    offices, is_complete = _family_offices(row, record)
    claimed = [number for number, _ in record.priorities or []]
    return is_pct(
        record.authority, [record.application_number, *claimed], states_pct=_plain(row, "pct") is not None,
        member_offices=offices, is_complete=is_complete,
    )  # fmt: skip


def _office_of(number: str) -> str | None:
    """Office of a member that is listed by its number; None where it is none."""
    try:
        return parse_publication_number(number)[0]
    except NumberRefusedError:
        return None


def _family_offices(row: RowReader, record: Record) -> tuple[set[str], bool]:
    """Offices of the simple family's members as far as the row lists them, and whether it lists them all."""
    stated = [country_code(text) or _office_of(text) for text in _split(row, "family_offices")]
    offices = {number[:2] for number in record.family_members or []} | {code for code in stated if code}
    listed, ids, size = _split(row, "family_members"), _split(row, "family_lens_ids"), row.count("family_size")
    is_cut = size is not None and 0 < len(listed or ids) < size
    is_read = None not in stated if stated else len(record.family_members or []) == len(set(listed))
    return offices, is_read and not is_cut
