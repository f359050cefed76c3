"""OPS answers as XML, in the shapes recorded from the real service (element order, namespaces, fixed-width symbols)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from office.plan.model import Family, LegalEvent, Publication

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet type="text/xsl" href="/3.2/style/exchange.xsl"?>\n'
    '<ops:world-patent-data xmlns="http://www.epo.org/exchange" xmlns:ops="http://ops.epo.org" '
    'xmlns:xlink="http://www.w3.org/1999/xlink">'
)
TAIL = "</ops:world-patent-data>"
_FULL_TEXT = (
    "EP WO AT BE BG CA CH CY CZ DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI "
    "SK"
)
FULL_TEXT = frozenset(_FULL_TEXT.split())


def page(body: str) -> bytes:
    """Return a whole answer around `body`."""
    return f"{HEAD}{body}{TAIL}".encode()


def fault(code: str, message: str) -> bytes:
    """Return a fault as the services behind OPS state it."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<fault xmlns="http://ops.epo.org">\n'
        f"    <code>{code}</code>\n    <message>{escape(message)}</message>\n</fault>"
    ).encode()


def error(code: int, message: str, description: str) -> bytes:
    """Return an error as the gateway in front of OPS states it."""
    return (
        f"<error><code>{code}</code><message>{message}</message><description>{description}</description>\n"
        "\t\t\t\t</error>\n\t\t\t"
    ).encode()


def quota_error() -> bytes:
    """Return the 403 of a used-up quota."""
    return (
        b"<error><code>403</code><message>This request has been rejected due to the violation of Fair Use policy"
        b"</message><moreInfo>http://www.epo.org/searching/free/espacenet/fair-use.html</moreInfo>\n"
        b"\t\t\t\t</error>\n\t\t\t"
    )


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


def _epodoc_id(number: str, day: date | None) -> str:
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
        f"{_epodoc_id(_epodoc_application(country, number, kind, publication.filing_date), publication.filing_date)}"
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
        f"{_epodoc_id(_epodoc_application(country, number, kind, day), day)}"
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
        f"{docdb_id(publication)}{_epodoc_id(epodoc(publication), publication.date)}</publication-reference>"
        f"{_classifications(family.ipc)}{_application(publication)}{_priorities(family)}{_parties(family, publication)}"
        f'{zh}<invention-title lang="en">{escape(title)}</invention-title>{_references(publication)}'
        f'</bibliographic-data><abstract lang="en"><p>{escape(family.abstract)}</p></abstract></exchange-document>'
    )


def search(cql: str, total: int, begin: int, end: int, documents: Iterable[str], count: int) -> bytes:
    """Return a page of search results with bibliographic data."""
    return page(
        f'<ops:biblio-search total-result-count="{total}" publications-count="{count}">'
        f'<ops:query syntax="CQL">{escape(cql)}</ops:query><ops:range begin="{begin}" end="{end}"/>'
        f"<ops:search-result><exchange-documents>{''.join(documents)}</exchange-documents></ops:search-result>"
        "</ops:biblio-search>"
    )


def search_numbers(cql: str, total: int, begin: int, end: int, found: Sequence[tuple[Family, Publication]]) -> bytes:
    """Return a page of search results that only names the publications."""
    named = "".join(
        f'<ops:publication-reference system="ops.epo.org" family-id="{family.docdb_id}">'
        f"{docdb_id(one, with_date=False)}</ops:publication-reference>"
        for family, one in found
    )
    return page(
        f'<ops:biblio-search total-result-count="{total}" publications-count="{len(found)}">'
        f'<ops:query syntax="CQL">{escape(cql)}</ops:query><ops:range begin="{begin}" end="{end}"/>'
        f"<ops:search-result>{named}</ops:search-result></ops:biblio-search>"
    )


def biblio(documents: Iterable[str]) -> bytes:
    """Return an answer of the biblio service."""
    return page(f"<exchange-documents>{''.join(documents)}</exchange-documents>")


def claims(told: Sequence[tuple[Family, Publication]]) -> bytes:
    """Return an answer of the claims service: a document each, with one ``claim`` that holds every numbered text."""
    documents = []
    for family, publication in told:
        texts = "".join(f"<claim-text>{escape(text)}</claim-text>" for text in claim_texts(family, publication))
        documents.append(
            '<ftxt:fulltext-document system="ops.epo.org" fulltext-format="text-only"><bibliographic-data>'
            f'<publication-reference data-format="docdb"><document-id><country>{publication.country}</country>'
            f"<doc-number>{publication.number}</doc-number><kind>{publication.kind}</kind></document-id>"
            f'</publication-reference></bibliographic-data><claims lang="EN"><claim>{texts}</claim></claims>'
            "</ftxt:fulltext-document>"
        )
    return page(
        '<ftxt:fulltext-documents xmlns="http://www.epo.org/fulltext" xmlns:ftxt="http://www.epo.org/fulltext">'
        f"{''.join(documents)}</ftxt:fulltext-documents>"
    )


def claim_texts(family: Family, publication: Publication) -> list[str]:
    """Return the numbered claims of a publication; an empty list when no door states them."""
    number = publication.claims or 0
    return [
        f"{at}. {family.claims_text}." if at == 1 else f"{at}. The subject matter of claim {at - 1}, feature {at}."
        for at in range(1, number + 1)
    ]


def _legal(event: LegalEvent, publication: Publication) -> str:
    code, day = event.code, event.on.isoformat()
    country, number = publication.application_country, publication.application_number
    bad = "-" if event.code.startswith("MM") else " "
    return (
        f'<ops:legal code="{code:<4}" desc={quoteattr(event.description)} infl="{bad}" dateMigr="00010101">'
        f'<ops:pre line="00001">{country}    {number}A  {day}{code:<4}{bad}{escape(event.description)}</ops:pre>'
        f'<ops:L001EP desc="Country Code">{country}</ops:L001EP>'
        '<ops:L002EP desc="Filing / Published Document">F</ops:L002EP>'
        f'<ops:L003EP desc="Document Number">    {number}</ops:L003EP><ops:L004EP desc="Kind Code">A </ops:L004EP>'
        f'<ops:L005EP desc="IPR Type">PI</ops:L005EP><ops:L007EP desc="Gazette DATE">{day}</ops:L007EP>'
        f'<ops:L008EP desc="Legal Event Code 1">{code}</ops:L008EP>'
        f'<ops:L525EP desc="Effective DATE">{day}</ops:L525EP></ops:legal>'
    )


def legal_events(publication: Publication, on: date) -> list[LegalEvent]:
    """Return the events in the gazettes up to that day: publication first, then what was planted."""
    first = LegalEvent(publication.date, "PB01", "PUBLICATION")
    if publication.type == "grant":
        first = LegalEvent(publication.date, "GR01", "PATENT GRANT")
    return sorted((e for e in [first, *publication.events] if e.on <= on), key=lambda e: e.on)


def family(
    asked: Publication,
    members: Sequence[tuple[Family, Publication]],
    on: date,
    with_legal: bool,
    documents: Sequence[str] = (),
) -> str:
    """Return a family of the family (or legal) service: every member, its priorities, its events where asked for."""
    found = []
    for at, (group, one) in enumerate(members):
        events = "".join(_legal(event, one) for event in legal_events(one, on)) if with_legal else ""
        country, number, kind = one.application_country, one.application_number, one.application_kind
        priorities = "".join(
            f'<priority-claim sequence="{n}" kind="national"><document-id document-id-type="docdb">'
            f"<country>{p[0]}</country><doc-number>{p[1]}</doc-number><kind>{p[2]}</kind><date>{ymd(p[3])}</date>"
            "</document-id><priority-active-indicator>YES</priority-active-indicator></priority-claim>"
            for n, p in enumerate(group.priorities, 1)
        )
        found.append(
            f'<ops:family-member family-id="{group.docdb_id}"><publication-reference>{docdb_id(one)}'
            f"{_epodoc_id(epodoc(one), one.date)}</publication-reference>"
            f'<application-reference doc-id="9{hash_number(one.key) % 10**8:08d}" is-representative="YES">'
            f'<document-id document-id-type="docdb"><country>{country}</country><doc-number>{number}</doc-number>'
            f"<kind>{kind}</kind><date>{ymd(one.filing_date)}</date></document-id></application-reference>"
            f"{priorities}{documents[at] if documents else ''}{events}</ops:family-member>"
        )
    return (
        f'<ops:patent-family legal="{"true" if with_legal else "false"}" total-result-count="{len(members)}">'
        f"<ops:publication-reference>{docdb_id(asked, with_date=False)}</ops:publication-reference>"
        f"{''.join(found)}</ops:patent-family>"
    )


def equivalents(asked: Publication, members: Sequence[Publication]) -> bytes:
    """Return an answer of the equivalents service."""
    found = "".join(
        f"<ops:inquiry-result><publication-reference>{_epodoc_id(epodoc(one), None)}</publication-reference>"
        "</ops:inquiry-result>"
        for one in members
    )
    return page(
        f"<ops:equivalents-inquiry><ops:publication-reference>{docdb_id(asked, with_date=False)}"
        f"</ops:publication-reference>{found}</ops:equivalents-inquiry>"
    )
