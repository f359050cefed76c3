"""Lists of citing publications over several pages: complete when the last page has come, never before."""

from __future__ import annotations

from etl.sources.epo_ops.answers.parse import parse

_DOCUMENT = (
    '<exchange-document family-id="{n}" country="US" doc-number="{n}" kind="A1"><bibliographic-data>'
    '<publication-reference><document-id document-id-type="docdb"><country>US</country><doc-number>{n}</doc-number>'
    "<kind>A1</kind><date>20200102</date></document-id></publication-reference></bibliographic-data></exchange-document>"
)


def page(first: int, last: int, total: int) -> tuple[bytes, dict[str, object]]:
    documents = "".join(_DOCUMENT.format(n=1_000_000 + n) for n in range(first, last + 1))
    content = (
        '<ops:world-patent-data xmlns="http://www.epo.org/exchange" xmlns:ops="http://ops.epo.org">'
        f'<ops:biblio-search total-result-count="{total}"><ops:query syntax="CQL">ct=EP1</ops:query>'
        f'<ops:range begin="{first}" end="{last}"/><ops:search-result><exchange-documents>{documents}'
        "</exchange-documents></ops:search-result></ops:biblio-search></ops:world-patent-data>"
    )
    request = {
        "path": "rest-services/published-data/search/biblio",
        "headers": {"X-OPS-Range": f"{first}-{first + 99}"},
        "cited": "EP-1000000-A1",
    }
    return content.encode(), request


def test_every_page_brings_its_edges_and_the_last_says_that_the_list_is_complete():
    edges = set()
    for first, last in ((1, 100), (101, 200), (201, 250)):
        parsed = parse(*page(first, last, 250))
        *citing, cited = parsed.records
        assert cited.part == "citing"
        assert cited.publication_number == "EP-1000000-A1"
        assert cited.citation_count == 250
        edges |= {r.publication_number for r in citing if ("EP-1000000-A1", None, None) in r.cites}
        assert (cited.cited_by is not None) is (last == 250)
    assert len(edges) == 250
    assert len(cited.cited_by) == 50


def test_a_list_above_the_cap_or_with_a_hit_missing_is_not_complete():
    assert parse(*page(1901, 2000, 2001)).records[-1].cited_by is None
    assert parse(*page(1, 99, 100)).records[-1].cited_by is None
    assert parse(*page(1, 100, 100)).records[-1].cited_by is not None


def test_drift_is_looked_for_in_first_pages_and_in_a_sample_of_the_others():
    strange = []
    for first, total in [(1, 500)] + [(101, 10**n) for n in range(3, 9)]:
        content, request = page(first, first + 9, total)
        content = content.replace(b"<ops:search-result>", b"<ops:search-result><novelty/>")
        strange.append(bool(parse(content, request).leftover))
        assert parse(content).leftover == {"novelty": 1}, "who asks without a request sees it all"
    assert strange[0]
    assert not all(strange)
