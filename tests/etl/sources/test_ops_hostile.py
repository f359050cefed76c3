"""What is no data is refused with its reason, what is new is reported, and nothing is repaired or expanded."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.records import PageRefusedError
from etl.sources.epo_ops.answers.answer import FaultError
from etl.sources.epo_ops.answers.parse import parse

HEAD = b'<ops:world-patent-data xmlns="http://www.epo.org/exchange" xmlns:ops="http://ops.epo.org">'
TAIL = b"</ops:world-patent-data>"
DOCUMENT = """<exchange-document system="ops.epo.org" family-id="7" country="CN" doc-number="{number}" kind="A">
<bibliographic-data><publication-reference><document-id document-id-type="docdb"><country>CN</country>
<doc-number>{number}</doc-number><kind>A</kind><date>{date}</date></document-id></publication-reference>
<invention-title lang="en">Lithium <sub>x</sub> &amp; separator</invention-title>{extra}</bibliographic-data>
</exchange-document>"""


def search_page(*documents: str, total: int | None = None) -> bytes:
    body = "".join(documents).encode()
    count = len(documents) if total is None else total
    return (
        HEAD
        + f'<ops:biblio-search total-result-count="{count}"><ops:search-result><exchange-documents>'.encode()
        + body
        + b"</exchange-documents></ops:search-result></ops:biblio-search>"
        + TAIL
    )


def document(number: str = "101", day: str = "20190305", extra: str = "") -> str:
    return DOCUMENT.format(number=number, date=day, extra=extra)


def test_a_good_page_reads():
    parsed = parse(search_page(document()))
    (record,) = parsed.records
    assert record.publication_number == "CN-101-A"
    assert record.publication_date == date(2019, 3, 5)
    assert record.titles == [("en", "Lithium x & separator")]
    assert parsed.leftover in ({}, {"sub": 1})


def test_unknown_elements_and_attributes_are_reported_wherever_they_stand():
    extra = '<parties><applicants><applicant sequence="1" data-format="epodoc" lei="5"><applicant-name><name>A</name>'
    extra += "<orcid>1</orcid></applicant-name></applicant></applicants></parties><quantum-index>3</quantum-index>"
    parsed = parse(search_page(document(), document("102", extra=extra)))
    assert parsed.leftover["quantum-index"] == 1
    assert parsed.leftover["orcid"] == 1
    assert parsed.leftover["applicant/@lei"] == 1
    assert len(parsed.records) == 2


def test_a_broken_date_empties_its_field_and_the_rest_goes_on():
    parsed = parse(search_page(document(day="20190231"), document("102")))
    assert [r.publication_date for r in parsed.records] == [None, date(2019, 3, 5)]
    (reject,) = parsed.rejects
    assert reject.action == "field emptied"
    assert reject.column_name == "publication_date"
    assert reject.found == "20190231"


def test_a_document_without_number_is_kept_as_a_reject():
    parsed = parse(search_page(document("102"), '<exchange-document country="CN" kind="A"/>'))
    assert [r.publication_number for r in parsed.records] == ["CN-102-A"]
    (reject,) = parsed.rejects
    assert reject.row_no == 2
    assert "exchange-document" in reject.item


def test_the_same_publication_twice_counts_once():
    parsed = parse(search_page(document(), document(), document(day="20190306")))
    assert len(parsed.records) == 1
    assert [r.reason for r in parsed.rejects] == ["CN-101-A comes twice in one answer and differs; the first is used."]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b'{"ops:world-patent-data": {}}', "JSON"),
        (b"<!DOCTYPE html><html><body>Proxy</body></html>", "HTML"),
        (b"<html><body>Error</body></html>", "HTML"),
        (b"upstream connect error", "plain text"),
        (search_page(document())[:-30], "cut off"),
        (search_page(document()).replace(b"&amp;", b"&"), "not well-formed"),
        (b"<register-search/>", "root is 'register-search'"),
        (HEAD + TAIL, "holds nothing"),
    ],
)
def test_what_is_no_data_is_refused_with_its_reason(content: bytes, reason: str):
    with pytest.raises(PageRefusedError, match=reason):
        parse(content)


def test_a_cut_page_is_never_partly_read():
    whole = search_page(*(document(str(n)) for n in range(100, 200)))
    for cut in range(200, len(whole) - 1, 997):
        with pytest.raises(PageRefusedError):
            parse(whole[:cut])


def test_a_fault_is_an_error_with_its_code():
    fault = b'<fault xmlns="http://ops.epo.org"><code>CLIENT.CQL</code><message>Bad query</message></fault>'
    with pytest.raises(FaultError) as caught:
        parse(fault)
    assert caught.value.code == "CLIENT.CQL"


def test_no_hits_is_an_empty_page_for_a_search_only():
    fault = b'<fault xmlns="http://ops.epo.org"><code>SERVER.EntityNotFound</code><message>No results</message></fault>'
    search = {"path": "rest-services/published-data/search/biblio"}
    assert parse(fault, search, 404).total == 0
    assert parse(b"", search, 404).total == 0
    with pytest.raises(FaultError):
        parse(fault, {"path": "rest-services/family/publication/docdb/EP.1.A1"}, 404)
    with pytest.raises(PageRefusedError):
        parse(b"", search, 200)


BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>"""


@pytest.mark.parametrize(
    "prefix",
    [
        BOMB,
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd">',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_and_document_types_are_refused_cheaply(prefix: bytes, encoding: str):
    text = (prefix + search_page(document()).replace(b"separator", b"&d;&x;")).decode()
    start = time.process_time()
    with pytest.raises(PageRefusedError):
        parse(text.replace('<?xml version="1.0"?>', "").encode(encoding))
    assert time.process_time() - start < 20  # takes a millisecond; the bomb would fill all memory


def test_deep_nesting_is_refused():
    with pytest.raises(PageRefusedError):
        parse(HEAD + b"<a>" * 100_000 + b"</a>" * 100_000 + TAIL)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.data())
def test_mutated_pages_give_records_or_a_reason(data: st.DataObject):
    content = bytearray(search_page(document(), document("102", extra="<parties/>")))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        kind = data.draw(st.sampled_from(["delete", "replace", "copy"]))
        length = data.draw(st.integers(1, 40))
        if kind == "delete":
            del content[place : place + length]
        elif kind == "replace":
            content[place : place + 1] = data.draw(st.binary(min_size=1, max_size=3))
        else:
            content[place:place] = content[place : place + length]
        if not content:
            break
    why = parsed = None
    try:
        parsed = parse(bytes(content))
    except PageRefusedError as error:
        why = str(error)
    assert why or parsed.records or parsed.rejects or parsed.total is not None


def test_citing_search_gives_the_complete_list():
    request = {"path": "rest-services/published-data/search/biblio", "purpose": "citing", "cited": "EP-1-A1"}
    parsed = parse(search_page(document(), document("102", "20200101")), request)
    citing = parsed.records[-1]
    assert (citing.publication_number, citing.part) == ("EP-1-A1", "citing")
    assert citing.cited_by == [("CN-101-A", date(2019, 3, 5)), ("CN-102-A", date(2020, 1, 1))]
    assert (citing.citation_count, citing.citation_count_kind) == (2, "publication")
    none = parse(b"", request, 404)
    assert none.records[0].cited_by == []
    assert none.records[0].citation_count == 0


def test_citing_search_over_one_page_keeps_the_count_only():
    request = {"path": "rest-services/published-data/search/biblio", "purpose": "citing", "cited": "EP-1-A1"}
    citing = parse(search_page(document(), total=140), request).records[-1]
    assert citing.cited_by is None
    assert citing.citation_count == 140
    capped = parse(search_page(document(), total=10_000), request).records[-1]
    assert capped.citation_count is None
