"""DOCDB files as a stream: whole, cut, broken, hostile, packed."""

import contextlib
import gzip
import random
import zipfile
from pathlib import Path

import pytest

from etl.bulk import documents
from etl.bulk.batches import stream_tables
from etl.bulk.docdb import stream_records
from etl.bulk.topics import anchors, matching, may_match
from etl.query.parser import parse
from etl.records import PageRefusedError
from tests.benchmarks import made_docdb

DATA = Path(__file__).parents[3] / ".." / "shared" / "data" / "docdb_xml"
real = pytest.mark.skipif(not DATA.is_dir(), reason="the real DOCDB files (../shared/data) are not here")


def read(path, keep=None, broken=None):
    batches = []
    with pytest.raises(PageRefusedError, match=broken) if broken else contextlib.nullcontext():
        batches.extend(stream_records(path, keep))  # what came before the file broke off is there all the same
    return [r for b in batches for r in b.records], [r for b in batches for r in b.rejects], batches[0].total


@real
def test_back_file_says_more_documents_than_it_holds():
    records, rejects, stated = read(DATA / "DE-backfile.xml")
    assert (len(records), rejects, stated) == (10, [], 18626)
    assert records[0].publication_number == "DE-1258188-B"
    assert records[0].ipc == ["F02M41/12", "F02M59/34", "F02M59/36"]
    assert [r.row_no for r in records] == list(range(1, 11))


@real
def test_document_without_namespace_declaration_and_with_named_characters_is_read():
    records, rejects, _ = read(DATA / "WO-2022259205-A1_544370561.xml")
    assert [r.publication_number for r in records] == ["WO-2022259205-A1"]
    assert rejects == []
    assert records[0].is_pct is True
    assert "Ś" in str(records[0].applicants) + str(records[0].titles) or records[0].applicants


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = tmp_path_factory.mktemp("docdb") / "made.xml"
    made_docdb.write(path, 3)
    return path


def test_every_document_once_in_order_whatever_the_piece_size(made, monkeypatch):
    whole = read(made)[0]
    assert len(whole) == read(made)[2] > 400
    monkeypatch.setattr(documents.cut, "__defaults__", (7001,))
    assert read(made)[0] == whole


def test_keep_is_asked_for_every_record(made):
    kept = read(made, lambda record: record.authority == "CN")[0]
    assert kept == [r for r in read(made)[0] if r.authority == "CN"]


def test_truncated_file_loses_only_its_last_document_and_says_so(made, tmp_path):
    cut = tmp_path / "cut.xml"
    cut.write_bytes(made.read_bytes()[: 1 << 20])
    records, rejects, _ = read(cut, broken="cut.xml: the file ends inside a document; fetch it again")
    assert records == read(made)[0][: len(records)]
    assert len(records) > 100
    assert [r.reason for r in rejects] == [
        f"cut.xml, document {len(records) + 1}: the file ends inside this document; fetch it again."
    ]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_file_cut_between_two_documents_is_refused_after_what_came(made, tmp_path, processes, monkeypatch):
    monkeypatch.setattr(documents.cut, "__defaults__", (200_000,))
    data, end = made.read_bytes(), b"</exch:exchange-document>"
    cut = tmp_path / "cut.xml"
    cut.write_bytes(data[: data.index(end, len(data) // 2) + len(end)])
    found = []
    batches = stream_tables(cut, processes=processes)
    with pytest.raises(PageRefusedError, match=r"cut\.xml: the file ends before its closing tag; fetch it again"):
        found.extend(n for batch in batches for n in batch.table["publication_number"].to_list())
    assert found == [r.publication_number for r in read(made)[0]][: len(found)]
    assert len(found) == cut.read_bytes().count(end)


def test_one_broken_document_costs_only_itself(made, tmp_path):
    data = made.read_bytes()
    middle = data.index(b"<exch:parties>", len(data) // 2)
    broken = tmp_path / "broken.xml"
    broken.write_bytes(data[:middle] + b"<oops>" + data[middle:])
    records, rejects, _ = read(broken)
    assert len(records) == len(read(made)[0]) - 1
    assert len(rejects) == 1
    assert "not well-formed" in rejects[0].reason


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "doctype",
    [
        BOMB,
        b'<!DOCTYPE x [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
def test_entities_declared_by_a_file_are_never_expanded(tmp_path, doctype):
    body = made_docdb.document(random.Random(1), 1).replace("synthetic", "&b;", 1)
    path = tmp_path / "bomb.xml"
    path.write_bytes(
        doctype
        + b'<exch:exchange-documents xmlns:exch="http://www.epo.org/exchange">'
        + body.encode()
        + made_docdb.TAIL.encode()
    )
    records, rejects, _ = read(path)
    assert records == []
    assert "Entity 'b' not defined" in rejects[0].reason


def test_packed_files_are_read_without_unpacking(made, tmp_path):
    packed, zipped = tmp_path / "a.xml.gz", tmp_path / "a.zip"
    packed.write_bytes(gzip.compress(made.read_bytes()))
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(made, "deep/a.xml")
    assert read(packed)[0] == read(zipped)[0] == read(made)[0]


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>Error</html>", b"PK\x03\x04broken", b"\x1f\x8bbroken", '<?xml version="1.0"?><a/>'.encode("utf-16")],
)
def test_what_is_no_docdb_file_is_refused(tmp_path, content):
    path = tmp_path / "x.xml"
    path.write_bytes(content)
    with pytest.raises(PageRefusedError):
        read(path)


def test_deleted_documents_are_said_to_be(tmp_path):
    path = tmp_path / "x.xml"
    path.write_text(made_docdb.document(random.Random(1), 1).replace('status="A"', 'status="D"'))
    records, rejects, _ = read(path)
    assert records == []
    assert "deleted" in rejects[0].reason


QUERIES = {"lidar": parse("ti:lidar"), "bearing": parse("ti:bearing AND ipc:F16C33/62")}


def test_topic_queries_are_evaluated_while_streaming(made):
    batches = list(stream_tables(made, QUERIES))
    found = {number for b in batches for number in b.table["publication_number"].to_list()}
    titles = {r.publication_number: (r.titles[0][1].split(), r.ipc) for r in read(made)[0]}
    wanted = {
        n for n, (words, ipc) in titles.items() if "lidar" in words or ("bearing" in words and "F16C33/62" in ipc)
    }
    assert found == wanted
    assert {number for b in batches for _, number in b.hits} == wanted
    assert sum(b.documents for b in batches) == len(titles)


MORE = [
    "ti:lidar OR ab:nozzle*",
    'tiab:"lens stage" AND NOT ipc:G03F',
    "ipc:H01L OR cpc:H01M8/10",
    "NOT ti:lidar",
    "(ti:wafer OR ti:光刻机) AND ipc:G03F7/20 AND NOT pa:synthetic",
    "ab:r&d OR ti:überzug",
    'ti:die OR ab:soc OR ti:"wafer stage"',
    "(ti:die OR ti:lidar*) AND ipc:H01L",
]


def test_a_short_word_must_stand_alone_to_be_worth_parsing():
    wanted = anchors({"q": parse("ti:die OR ti:nozzle* OR ti:lens-stage")})
    shown = [
        "<t>medieval</t>",
        "<t>Die</t>",
        "<t>nozzles</t>",
        "<t>a lens stage</t>",
        "<t>died, dies, die2</t>",
        "<t>ｄｉｅ</t>",
    ]
    assert may_match([text.encode() for text in shown], wanted, "utf-8") == [1, 2, 3, 5]


@pytest.mark.parametrize("text", MORE)
def test_the_glance_at_raw_text_never_loses_a_match(tmp_path, text):
    rng = random.Random(text)
    changes = [
        "nozzle",
        "R&amp;D unit",
        "Ｌｉｄａｒ",
        "一种光刻机",
        "&#252;berzug",
        "Überzug",
        "medieval so-called associates",
        "DIE",
        "SoC, a die",
        "ＤＩＥ soc.",
        "一种die装置",
        "die<b>2</b> dié die",
        "noz<b>zle</b> lens-<sub>stage</sub>",
    ]
    documents = [
        made_docdb.document(rng, n).replace("lidar", rng.choice(changes), rng.randrange(3)) for n in range(1, 80)
    ]
    path = tmp_path / "x.xml"
    path.write_text("".join(documents), encoding="utf-8")
    query = {"q": parse(text)}
    expected = [record.publication_number for record in matching(read(path)[0], query)[0]]
    assert [n for b in stream_tables(path, query) for n in b.table["publication_number"].to_list()] == expected


@pytest.mark.slow
def test_two_processes_give_the_same_tables_in_the_same_order(made):
    one, two = (list(stream_tables(made, processes=n)) for n in (1, 2))
    assert len(one) == len(two)
    assert all(a.table.equals(b.table) for a, b in zip(one, two, strict=True))
