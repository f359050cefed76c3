"""What each reader declares that it reads is what it reads: held to it on real samples, and on made ones."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from etl.bulk.detect import SOURCES
from etl.bulk.docdb import stream_records
from etl.bulk.google import read_rows
from etl.bulk.offices import read_documents
from etl.load.files.answers import read_answer
from etl.patstat.read import read_tables
from etl.patstat.tables import COLUMNS
from etl.reading import NEEDS, Reading, readings
from etl.records import PageRefusedError, Record
from tests.etl.offices import samples as made
from tests.etl.patstat.test_patstat import TABLES

DATA = Path(__file__).parents[3] / ".." / "shared" / "data"
DECLARED = {reading.key: reading for reading in readings()}
Samples = dict[str, str]  # name → text; of PATSTAT all are one import


def _fed(records: Iterable[Record]) -> set[str]:
    """The needs that any record states something for; a WO publication is PCT by its number alone."""
    found = set()
    for record in records:
        for need, fields in NEEDS.items():
            values = [getattr(record, field) for field in fields]
            if need == "country":
                values = [any(country for _, _, country, _ in record.applicants or ()) or None]
            elif need in {"cites", "citations"}:  # that there are none is no use of an element
                values = [value or None for value in values]
            elif need == "pct" and record.authority == "WO":
                values = [None]
            elif need == "application" and record.number.startswith("APPL"):
                values = [record.application_number]
            if any(value is not None for value in values):
                found.add(need)
    return found


def _names(reading: Reading, need: str) -> list[str]:
    return reading.used[need].split()


def _struck_xml(text: str, names: Iterable[str]) -> str:
    """`text` without the elements (``a/b``: b inside a) and attributes (``@a``) named."""
    for name in names:
        if name.startswith("@"):
            text = re.sub(rf'\s{name[1:]}="[^"]*"', "", text)
        elif "/" in name:
            outer, inner = name.split("/", 1)
            text = re.sub(_element(outer), lambda match, inner=inner: _struck_xml(match[0], [inner]), text, flags=re.S)
        else:
            text = re.sub(_element(name), "", text, flags=re.S)
    return text


def _element(name: str) -> str:
    return rf"<{name}(?=[\s/>])[^>]*/>|<{name}(?=[\s>])[^>]*>.*?</{name}>"


def _left_xml(text: str) -> set[str]:
    """Elements that still have a text of their own; what encloses them is no element of its own."""
    body = re.sub(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", "", text, flags=re.S)
    return set(re.findall(r"<([A-Za-z][\w:.\-]*)(?:\s[^>]*)?>\s*[^<\s]", body))


def _struck_aps(text: str, names: Iterable[str]) -> str:
    kept, section, tag = [], "", ""
    for line in text.splitlines():
        if re.fullmatch(r"[A-Z]{4}\s*", line):
            section, tag = line.strip(), ""
        elif line[:3].strip():
            tag = line[:3]
        if not {section, f"{section}/{tag}"} & set(names) or (not tag and section == "PATN"):
            kept.append(line)
    return "\n".join(kept)


def _left_aps(text: str) -> set[str]:
    lines = [line for line in text.splitlines() if not line.startswith(("HHHHH", "PATN")) and line.strip()]
    return {line[:4].strip() or "(goes on)" for line in lines}


def _struck_json(text: str, names: Iterable[str]) -> str:
    gone = set(names)

    def without(value: object) -> object:
        if isinstance(value, dict):
            return {key: without(part) for key, part in value.items() if key not in gone}
        return [without(part) for part in value] if isinstance(value, list) else value

    return "\n".join(json.dumps(without(json.loads(line))) for line in _documents(text))


def _documents(text: str) -> list[str]:
    try:
        json.loads(text)
    except ValueError:
        return [line for line in text.splitlines() if line.startswith('{"')]
    return [text]


def _left_json(text: str) -> set[str]:
    def keys(value: object) -> Iterable[str]:
        if isinstance(value, dict):
            for key, part in value.items():
                yield from ([] if isinstance(part, dict | list) else [key])
                yield from keys(part)
        elif isinstance(value, list):
            for part in value:
                yield from keys(part)

    return {key for line in _documents(text) for key in keys(json.loads(line))}


def _records(key: str, samples: Samples, folder: Path) -> list[Record]:
    """Records of the samples; a sample that is refused now has none."""
    found = []
    for name, text in samples.items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        try:
            if key in ("docdb",):
                found += [r for batch in stream_records(path) for r in batch.records]
            elif key == "google_publications":
                found += [r for batch, _ in read_rows(path) for r in batch.records]
            elif key in ("epo_ops", "lens"):
                found += read_answer(path, key).records
            else:
                found += [r for batch, _ in read_documents(path, key.partition(",")[0]) for r in batch.records]
        except PageRefusedError:
            continue
    return found


def _texts(*patterns: str, encoding: str = "utf-8") -> Samples:
    """Real files by name; none where the folder is absent."""
    return {path.name: path.read_text(encoding) for pattern in patterns for path in sorted(DATA.glob(pattern))}


_XML4 = ("more/1_uspto/ptopub_xml20*.xml", "more/1_uspto/ptopub_xmlApp*.xml", "more/1_uspto/gouspto_*v4*.xml")
_PAP = ("more/1_uspto/ptopub_pap*.xml", "more/1_uspto/gouspto_application_v1*.xml")
_GOOGLE = {
    "publication_number": "CN-107000001-A", "pct_number": "PCT/CN2018/062623", "grant_date": 0, "application_kind": "A",
    "cited_by": [{"publication_number": "US-7650331-B1", "publication_date": 20100119}], "family_id": "3",
    "family_members": ["CN-107000001-A"], "assignee_harmonized": [{"name": "MADE", "country_code": "CN"}],
}  # fmt: skip
_EXCHANGE = """<exch:exchange-documents xmlns:exch="http://www.epo.org/exchange">
<exch:exchange-document country="CN" doc-number="107000001" kind="A" date-publ="20200102" family-id="7">
<exch:bibliographic-data><exch:application-reference data-format="docdb"><document-id><country>CN</country>
<doc-number>2018099001</doc-number><kind>W</kind><date>20180808</date></document-id></exch:application-reference>
<exch:invention-title lang="en">Made</exch:invention-title>
</exch:bibliographic-data></exch:exchange-document></exch:exchange-documents>
"""
_OPS = (
    '<ops:world-patent-data xmlns:ops="http://ops.epo.org">'
    + _EXCHANGE.replace("xmlns:exch", "xmlns").replace("exch:", "")
    .replace("<document-id>", '<document-id document-id-type="docdb">')
    + "</ops:world-patent-data>"
)  # fmt: skip
_PCTA = made.APS.replace("CLAS\r\nOCL  224", "PCTA\r\nPCN  PCT/DE73/00001\r\nCLAS\r\nOCL  224")
SAMPLES: dict[str, tuple[Samples, Samples, Callable[[str, Iterable[str]], str], Callable[[str], set[str]]]] = {
    "uspto, XML v4.x": (
        {"a.xml": made.GRANT.format(number="RE044001", kind="E1", assignees=made.ASSIGNEES),
         "b.xml": made.APPLICATION.format(related="")},
        _texts(*_XML4), _struck_xml, _left_xml,
    ),
    "uspto, pap": ({"a.xml": made.PAP.format(assignee="")}, _texts(*_PAP), _struck_xml, _left_xml),
    "uspto, PATDOC": (
        {"a.xml": made.PATDOC},
        _texts("more/1_uspto/ptopub_sgml*.xml", "more/1_uspto/gouspto_grant_v2*.xml"), _struck_xml, _left_xml,
    ),
    "uspto, APS": (
        {"a.txt": _PCTA}, _texts("more/1_uspto/*greenbook.txt", encoding="latin-1"), _struck_aps, _left_aps,
    ),
    "ep_fulltext": (
        {"a.xml": made.EP.format(lang="de")}, _texts("more/3_offices_xml/ep_fulltext*.xml"), _struck_xml, _left_xml,
    ),
    "kipris_plus": (
        {"a.xml": made.KIPRIS}, _texts("more/3_offices_xml/kipris_app*.xml"), _struck_xml, _left_xml,
    ),
    "tipo_opdata": ({"a.json": made.TIPO}, {}, _struck_json, _left_json),
    "uspto_odp": ({"a.json": made.ODP}, _texts("more/1_uspto/odp*_patent.json", "more/1_uspto/odp_search*.json"),
                  _struck_json, _left_json),
    "docdb": ({"a.xml": _EXCHANGE}, _texts("docdb_xml/*.xml"), _struck_xml, _left_xml),
    "epo_ops": ({"a.xml": _OPS}, _texts("epo_ops/patent-dev/get_biblio*.xml"), _struck_xml, _left_xml),
    "google_publications": (
        {"a.json": json.dumps(_GOOGLE)}, _texts("more/4_bigquery/*.ndjson"), _struck_json, _left_json,
    ),
    "lens": ({}, _texts("lens_api/*.json*"), _struck_json, _left_json),
}  # fmt: skip
CASES = [pytest.param(key, need, id=f"{key}-{need}") for key in SAMPLES for need in DECLARED[key].used]


def test_every_declaration_is_tried() -> None:
    assert set(DECLARED) == {*SAMPLES, "patstat"}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[Record]]:
    known: dict[str, list[Record]] = {}

    def records(key: str) -> list[Record]:
        if key not in known:
            own, real, *_ = SAMPLES[key]
            known[key] = _records(key, own | real, tmp_path_factory.mktemp("samples"))
        return known[key]

    return records


@pytest.mark.parametrize("key", SAMPLES)
def test_what_is_read_is_what_is_declared(key: str, read: Callable[[str], list[Record]]) -> None:
    own, real, *_ = SAMPLES[key]
    if not own and not real:
        pytest.skip("the real samples (../shared/data) are not here")
    assert _fed(read(key)) == set(DECLARED[key].used)


@pytest.mark.parametrize(("key", "need"), CASES)
def test_without_the_elements_named_the_need_is_not_fed(key: str, need: str, tmp_path: Path) -> None:
    own, real, strike, _ = SAMPLES[key]
    struck = {name: strike(text, _names(DECLARED[key], need)) for name, text in (own | real).items()}
    assert need not in _fed(_records(key, struck, tmp_path))


@pytest.mark.parametrize("key", [key for key, (_, real, *_) in SAMPLES.items() if real])
def test_every_element_of_real_samples_is_named(key: str) -> None:
    reading, (own, real, strike, left) = DECLARED[key], SAMPLES[key]
    named = " ".join(
        [*reading.used.values(), *(u.names for u in reading.unusable.values()), *reading.unneeded.values()]
    )
    paths_first = sorted(named.split(), key=lambda name: "/" not in name)
    assert {tag for text in real.values() for tag in left(strike(text, paths_first))} == set()
    for unusable in reading.unusable.values():
        stated = [
            name for name in unusable.names.split() for text in (own | real).values() if strike(text, [name]) != text
        ]
        assert stated, f"no sample states {unusable.names}"


def _tables(folder: Path, without: Iterable[str] = ()) -> list[Record]:
    """Records of the made tables without the tables (``tls231``) or columns (``tls211.publn_date``) named."""
    gone = set(without)
    folder.mkdir()
    for name, text in TABLES.items():
        if name[:6] in gone:
            continue
        head, *rows = csv.reader(io.StringIO(text))
        keep = [at for at, column in enumerate(head) if f"{name[:6]}.{column}" not in gone]
        with (folder / name).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([[row[at] for at in keep] for row in (head, *rows)])
    try:
        return [record for batch, _ in read_tables(folder) for record in batch.records]
    except PageRefusedError:
        return []


def test_of_patstat_what_is_read_is_what_is_declared(tmp_path: Path) -> None:
    assert _fed(_tables(tmp_path / "tables")) == set(DECLARED["patstat"].used)


@pytest.mark.parametrize("need", DECLARED["patstat"].used)
def test_of_patstat_without_the_columns_named_the_need_is_not_fed(need: str, tmp_path: Path) -> None:
    assert need not in _fed(_tables(tmp_path / "tables", _names(DECLARED["patstat"], need)))


def test_every_column_of_patstat_is_named() -> None:
    reading = DECLARED["patstat"]
    used = {name for need in reading.used for name in _names(reading, need)}
    unneeded = {name for names in reading.unneeded.values() for name in names.split()}
    read = {f"{table}.{column}" for table, columns in COLUMNS.items() for column in columns}
    assert {name for name in read if name not in used and name[:6] not in used} <= unneeded
    assert {name for name in used if "." in name} <= read
    schema = DATA / "more" / "2_patstat" / "bigquery_patstat_schema_2025autumn.json"
    if not schema.is_file():
        pytest.skip("the schema of the 27 tables (../shared/data/more/2_patstat) is not here")
    tables = json.loads(schema.read_text("utf-8"))
    columns = {f"{t['table_name'][:6]}.{c['column_name']}" for t in tables["key_table_schemas"] for c in t["columns"]}
    assert columns - used - unneeded - read == set()
    named = {name[:6] for name in used | unneeded}
    assert {t["table_name"][:6] for t in tables["tables"] if t["table_name"].startswith("tls")} <= named


def test_what_a_kind_feeds_is_what_its_readers_read() -> None:
    indicators = {"citations": {"cites", "citations"}, "claims": {"claims"}, "pct": {"pct"}, "ipc_shift": {"ipc"},
                  "legal_status": {"legal_status", "legal_events"}}  # fmt: skip
    for key, source in SOURCES.items():
        needs = {need for one in DECLARED.values() if one.key.partition(",")[0] == key for need in one.used}
        fed = {name for name, of in indicators.items() if of & needs}
        assert fed == {name for name in indicators if source["capabilities"][name] != "no"}, key
        if source["capabilities"]["country"] == "yes":  # "partial": by the priority or the office
            assert "country" in needs, key
