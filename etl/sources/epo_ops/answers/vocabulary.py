"""The elements and attributes of OPS answers that are known here, read or passed over on purpose; the rest is drift.

The check runs inside libxml2, as the validation against a DTD that allows every known name anywhere: it costs a sixth
of the time of parsing, where looking at every element from Python would cost more than parsing itself.
"""

from __future__ import annotations

import io
import re
from functools import lru_cache

from lxml import etree

_OPS = """
world-patent-data: meta: name value; biblio-search: total-result-count publications-count; query: syntax;
range: begin end; search-result: publication-reference: family-id system; patent-family: legal total-result-count;
family-member: family-id;
legal: code desc infl dateMigr; pre: line; equivalents-inquiry: inquiry-result: fulltext-inquiry:
fulltext-instance: desc lang system; fulltext-format-options: fulltext-format:
"""
_EXCHANGE = """
exchange-documents: exchange-document: system family-id country doc-number kind; bibliographic-data:
publication-reference:
document-id: document-id-type; country: doc-number: kind: date: name: text: classification-ipc: classifications-ipcr:
classification-ipcr: sequence; patent-classifications: patent-classification: sequence;
classification-scheme: office scheme; section: class: subclass: main-group: subgroup: classification-value:
generating-office: classification-symbol: application-reference: doc-id is-representative; priority-claims:
priority-claim: sequence kind; priority-active-indicator: priority-linkage-type: parties: applicants:
applicant: sequence data-format; applicant-name: inventors: inventor: sequence data-format; inventor-name:
invention-title: lang; references-cited: citation: cited-phase cited-by sequence office; patcit: dnum-type num;
nplcit: num; category: rel-claims: rel-passage: passage: abstract: lang; p:
"""
_FULLTEXT = """
fulltext-documents: fulltext-document: system fulltext-format; bibliographic-data: publication-reference: data-format;
document-id: country: doc-number: kind: claims: lang; claim: claim-text: description: lang; p:
"""
_NAMES = {
    "http://ops.epo.org": _OPS,
    "http://www.epo.org/exchange": _EXCHANGE,
    "http://www.epo.org/fulltext": _FULLTEXT,
}
# Legal events keep their facts in fields numbered L001EP … L599EP.
_LEGAL_FIELDS = [f"L{n:03d}EP" for n in range(600)]
_UNKNOWN = re.compile(r"No declaration for (?:attribute (\S+) of )?element (\S+)")


def _known(text: str) -> dict[str, set[str]]:
    """Return element → attributes, from ``name: attribute attribute; name: name: …``."""
    known: dict[str, set[str]] = {}
    for name, attributes in re.findall(r"([\w-]+):((?:\s+[\w-]+(?![\w-]*:))*)", text):
        known.setdefault(name, set()).update(attributes.split())
    return known


@lru_cache(maxsize=32)
def _dtd(prefixes: frozenset[tuple[str | None, str]]) -> etree.DTD:
    elements: dict[str, set[str]] = {}
    for prefix, namespace in prefixes:
        known = _known(_NAMES[namespace])
        if namespace == "http://ops.epo.org":
            known |= {name: {"desc", "descData", "infl"} for name in _LEGAL_FIELDS}
        for name, attributes in known.items():
            elements.setdefault(f"{prefix}:{name}" if prefix else name, set()).update(attributes)
    lines = []
    for name, attributes in elements.items():
        lines.append(f"<!ELEMENT {name} ANY>")
        if attributes:
            lines.append(f"<!ATTLIST {name} {' '.join(f'{a} CDATA #IMPLIED' for a in sorted(attributes))}>")
    return etree.DTD(io.StringIO("\n".join(lines)))


def leftover(root: etree._Element) -> dict[str, int]:
    """Return the elements (``name``) and attributes (``name/@attribute``) of an answer nobody knows, with how often."""
    prefixes = set(root.nsmap.items())
    for child in root:
        prefixes |= set(child.nsmap.items())
    dtd = _dtd(frozenset((prefix, name) for prefix, name in prefixes if name in _NAMES))
    if dtd.validate(root):
        return {}
    found: dict[str, int] = {}
    for entry in list(dtd.error_log):  # type: ignore[call-overload]
        match = _UNKNOWN.search(entry.message)
        if match is None or (match[1] or "").startswith("xmlns"):  # namespace declarations are no data
            continue
        key = f"{match[2]}/@{match[1]}" if match[1] else match[2]
        found[key] = found.get(key, 0) + 1
    return found
