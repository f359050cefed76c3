"""One ``exchange-document`` of OPS and the ids in it, in the shapes recorded from the real service."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from xml.sax.saxutils import escape

from office.plan.model import Family, Publication


def ymd(day: date) -> str:
    """Return a date as OPS writes it."""
    return f"{day:%Y%m%d}"


def epodoc(publication: Publication) -> str:
    """Return the epodoc number of a publication (no kind)."""
    return f"{publication.country}{publication.number}"


def _epodoc_application(country: str, number: str, kind: str, filed: date) -> str:
    if kind == "W":
        return f"WO{filed.year}{country}{number[4:]}"
    if country == "EP":
        return f"EP{filed.year}0{number[2:]}"
    return f"{country}{number}"


def docdb_id(publication: Publication, with_date: bool = True) -> str:
    """Return a DOCDB ``document-id``."""
    dated = f"<date>{ymd(publication.date)}</date>" if with_date else ""
    return (
        f'<document-id document-id-type="docdb"><country>{publication.country}</country>'
        f"<doc-number>{publication.number}</doc-number><kind>{publication.kind}</kind>{dated}</document-id>"
    )


def epodoc_id(number: str, day: date | None) -> str:
    """Return an epodoc ``document-id``."""
    dated = f"<date>{ymd(day)}</date>" if day else ""
    return f'<document-id document-id-type="epodoc"><doc-number>{number}</doc-number>{dated}</document-id>'


def _fixed_width(symbol: str) -> str:
    group, _, subgroup = symbol[4:].partition("/")
    return f"{symbol[:4]}{group:>4}/{subgroup:>6}            A I                    "


def _classifications(symbols: Sequence[str]) -> str:
    if not symbols:
        return ""
    ipcr = "".join(
        f'<classification-ipcr sequence="{at}"><text>{_fixed_width(one)}</text></classification-ipcr>'
        for at, one in enumerate(symbols, 1)
    )
    cpc = "".join(
        f'<patent-classification sequence="{at}"><classification-scheme office="EP" scheme="CPCI"/>'
        f"<section>{one[0]}</section><class>{one[1:3]}</class><subclass>{one[3]}</subclass>"
        f"<main-group>{one[4:].partition('/')[0]}</main-group><subgroup>{one.partition('/')[2]}</subgroup>"
        "<classification-value>I</classification-value><generating-office>EP</generating-office>"
        "</patent-classification>"
        for at, one in enumerate(symbols, 1)
    )
    return f"<classifications-ipcr>{ipcr}</classifications-ipcr><patent-classifications>{cpc}</patent-classifications>"


def _application(publication: Publication) -> str:
    country, number, kind = (
        publication.application_country,
        publication.application_number,
        publication.application_kind,
    )
    return (
        f'<application-reference doc-id="9{abs(hash_number(publication.key)) % 10**8:08d}">'
        f'<document-id document-id-type="docdb"><country>{country}</country><doc-number>{number}</doc-number>'
        f"<kind>{kind}</kind></document-id>"
        f"{epodoc_id(_epodoc_application(country, number, kind, publication.filing_date), publication.filing_date)}"
        f'<document-id document-id-type="original"><doc-number>{number}</doc-number></document-id>'
        "</application-reference>"
    )


def hash_number(text: str) -> int:
    """Return a number that depends on the text alone (Python's own hash changes from run to run)."""
    value = 0
    for char in text:
        value = (value * 131 + ord(char)) % 2_147_483_647
    return value


def _priorities(family: Family) -> str:
    claims = "".join(
        f'<priority-claim sequence="{at}" kind="national">'
        f"{epodoc_id(_epodoc_application(country, number, kind, day), day)}"
        f'<document-id document-id-type="original"><doc-number>{number}</doc-number></document-id></priority-claim>'
        for at, (country, number, kind, day) in enumerate(family.priorities, 1)
    )
    return f"<priority-claims>{claims}</priority-claims>"


def _residence(country: str) -> str:
    return f"\u2002[{country}]"  # an EN SPACE, as recorded


def _parties(family: Family, publication: Publication) -> str:
    stated = publication.residence_stated
    named = "".join(
        f'<applicant sequence="{at}" data-format="epodoc"><applicant-name>'
        f"<name>{escape(one.name)}{_residence(one.country) if stated else ''}</name></applicant-name></applicant>"
        for at, one in enumerate(family.applicants, 1)
    )
    original = "".join(
        f'<applicant sequence="{at}" data-format="original"><applicant-name>'
        f"<name>{escape(one.name.title())}, </name></applicant-name></applicant>"
        for at, one in enumerate(family.applicants, 1)
    )
    return f"<parties><applicants>{named}{original}</applicants></parties>"


def _references(publication: Publication) -> str:
    if not publication.cites:
        return ""
    phases = {"SEA": "national-search-report", "APP": "application", "EXA": "examination"}
    found = []
    for at, one in enumerate(publication.cites, 1):
        country, number, kind = one.cited.split("-")
        by = "applicant" if one.phase == "APP" else "examiner"
        found.append(
            f'<citation cited-phase="{phases[one.phase]}" cited-by="{by}" sequence="{at}">'
            f'<patcit dnum-type="publication number" num="{at}">'
            f'<document-id document-id-type="epodoc"><doc-number>{country}{number}</doc-number></document-id>'
            f'<document-id document-id-type="docdb"><country>{country}</country><doc-number>{number}</doc-number>'
            f"<kind>{kind}</kind></document-id></patcit><category>{one.category}</category></citation>"
        )
    return f"<references-cited>{''.join(found)}</references-cited>"


def exchange_document(family: Family, publication: Publication, on: date) -> str:
    """Return one ``exchange-document`` as the office shows it on that day."""
    corrected = publication.corrected_on is not None and publication.corrected_on <= on
    title = (publication.corrected_title or family.title_en) if corrected else family.title_en
    zh = (
        f'<invention-title lang="zh">{escape(family.title_zh)}</invention-title>' if publication.country == "CN" else ""
    )
    return (
        f'<exchange-document system="ops.epo.org" family-id="{family.docdb_id}" country="{publication.country}" '
        f'doc-number="{publication.number}" kind="{publication.kind}"><bibliographic-data><publication-reference>'
        f"{docdb_id(publication)}{epodoc_id(epodoc(publication), publication.date)}</publication-reference>"
        f"{_classifications(family.ipc)}{_application(publication)}{_priorities(family)}{_parties(family, publication)}"
        f'{zh}<invention-title lang="en">{escape(title)}</invention-title>{_references(publication)}'
        f'</bibliographic-data><abstract lang="en"><p>{escape(family.abstract)}</p></abstract></exchange-document>'
    )
