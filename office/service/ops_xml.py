"""OPS answers as XML, in the shapes recorded from the real service (element order, namespaces, fixed-width symbols)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from office.plan.model import Family, LegalEvent, Publication
from office.service.ops_document import docdb_id, epodoc, epodoc_id, hash_number, ymd

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


def claims(found: Sequence[tuple[Family, Publication]]) -> bytes:
    """Return an answer of the claims service: a document each, with one ``claim`` that holds every numbered text."""
    documents = []
    for family, publication in found:
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
    """Return the numbered claims of a publication; an empty list when no service states them."""
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
            f"{epodoc_id(epodoc(one), one.date)}</publication-reference>"
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
        f"<ops:inquiry-result><publication-reference>{epodoc_id(epodoc(one), None)}</publication-reference>"
        "</ops:inquiry-result>"
        for one in members
    )
    return page(
        f"<ops:equivalents-inquiry><ops:publication-reference>{docdb_id(asked, with_date=False)}"
        f"</ops:publication-reference>{found}</ops:equivalents-inquiry>"
    )
