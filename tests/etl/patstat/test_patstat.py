"""PATSTAT: a folder or archive of made tables is one import; real slices are read as far as they go."""

from __future__ import annotations

import csv
import gzip
import zipfile
from datetime import date
from pathlib import Path

import pytest

from etl.bulk.detect import bulk_kind, together
from etl.patstat.read import read_tables
from etl.patstat.tables import COLUMNS
from etl.records import PageRefusedError, Parsed

DATA = Path(__file__).parents[3] / ".." / "shared" / "data" / "more" / "2_patstat"

# Two families: 101 (CN first filing, its PCT application, a US national phase; all there) and 102 (a DE application of
# a family of two, of which the extract has one). Application 900 has no publication.
TABLES: dict[str, str] = {
    "tls201_part01.csv": """\
appln_id,appln_auth,appln_nr,appln_kind,appln_filing_date,internat_appln_id,int_phase,earliest_filing_date,\
earliest_filing_id,docdb_family_id,inpadoc_family_id,docdb_family_size,nb_citing_docdb_fam
1,CN,201710680801,A,2017-08-10,0,N,2017-08-10,1,101,7,3,4
2,CN,2018099001,W,2018-08-08,0,Y,2017-08-10,1,101,7,3,4
""",
    "tls201_part02.csv": """\
appln_id,appln_auth,appln_nr,appln_kind,appln_filing_date,internat_appln_id,int_phase,earliest_filing_date,\
earliest_filing_id,docdb_family_id,inpadoc_family_id,docdb_family_size,nb_citing_docdb_fam
3,US,202016640001,A,2020-02-19,2,Y,2017-08-10,1,101,7,3,4
4,DE,102019000001,A,2019-01-02,0,N,2018-01-05,99,102,8,2,0
900,AT,,D2,9999-12-31,0,N,9999-12-31,900,0,0,1,0
""",
    "tls202_part01.csv": 'appln_id,appln_title_lg,appln_title\n1,en,"A ""made"" title, with a comma"\n',
    "tls203_part01.csv": "appln_id,appln_abstract_lg,appln_abstract\n1,en,An abstract\n",
    "tls204_part01.csv": "appln_id,prior_appln_id,prior_appln_seq_nr\n2,1,1\n3,1,1\n4,99,1\n",
    "tls206_part01.csv": """\
person_id,person_name,person_name_orig_lg,person_address,person_ctry_code
11,"&quotMUSTER POWER CO., LTD.&quot",某电力,,CN
12,SECOND GMBH,,"Weg 1, Ulm",DE
13,ERFINDER,,,DE
14,,,,
""",
    "tls207_part01.csv": "person_id,appln_id,applt_seq_nr,invt_seq_nr\n12,1,2,0\n11,1,1,0\n13,1,0,1\n14,4,1,0\n",
    "tls209_part01.csv": """\
appln_id,ipc_class_symbol,ipc_class_level,ipc_version,ipc_value,ipc_position,ipc_gener_auth
1,A23L  33/15,A,2016-01-01,I,L,CN
1,H01L  21/02,A,2006-01-01,I,F,CN
1,H01X   1/00,A,2006-01-01,I,L,CN
""",
    "tls211_part01.csv": """\
pat_publn_id,publn_auth,publn_nr,publn_nr_original,publn_kind,appln_id,publn_date,publn_lg,publn_first_grant,publn_claims
501,CN,107000001,,A,1,2017-12-01,zh,N,0
502,CN,107000001,,B,1,2019-05-07,zh,Y,0
503,WO,2019029001,,A1,2,2019-02-14,zh,N,0
504,US,2020185701,,A1,3,2020-06-11,en,N,20
505,DE,102019000001,,A1,4,2020-07-30,de,N,0
506,,,,,4,9999-12-31,,N,0
""",
    "tls212_part01.csv": """\
pat_publn_id,citn_replenished,citn_id,citn_origin,cited_pat_publn_id,cited_appln_id,pat_citn_seq_nr
504,0,1,SEA,505,0,1
504,0,2,APP,0,1,2
504,0,3,SEA,777,0,3
504,0,4,SEA,0,0,4
""",
    "tls215_part01.csv": "pat_publn_id,citn_replenished,citn_id,citn_categ,relevant_claim\n504,0,1,Y,1\n504,0,1,X,1\n",
    "tls224_part01.csv": "appln_id,cpc_class_symbol\n1,Y02E  60/10\n",
    "tls231_part01.csv": """\
event_id,appln_id,event_seq_nr,event_type,event_auth,event_code,event_publn_date,event_effective_date,event_text
2,1,2,REG,CN,TR01,2021-03-02,9999-12-31,TRANSFER OF PATENT RIGHT
1,1,1,REG,CN,GR01,2019-05-07,9999-12-31,PATENT GRANT
3,3,1,REG,US,AS,2019-05-07,2019-04-01,"ASSIGNMENT OF ASSIGNORS INTEREST;ASSIGNORS:DOE, JANE;MUSTER, JAN;REEL/FRAME:1/2"
4,4,1,REG,AR,FC,2022-05-07,2022-04-01,
""",
    "tls803_part01.csv": "event_auth,event_code,event_descr\nUS,AS,ASSIGNMENT\n",
    "tls801_part01.csv": "ctry_code,ctry_name\nCN,China\n",
}


def _write(folder: Path, without: tuple[str, ...] = ()) -> Path:
    folder.mkdir()
    for name, text in TABLES.items():
        if name[:6] not in without:
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def _read(path: Path, after: int = 0) -> Parsed:
    assert bulk_kind(path) == "patstat"
    found = Parsed()
    for batch, _ in read_tables(path, after):
        found.records += batch.records
        found.rejects += batch.rejects
    return found


def test_a_folder_of_tables(tmp_path: Path) -> None:
    found = _read(_write(tmp_path / "tables"))
    by_number = {record.publication_number: record for record in found.records}
    assert list(by_number) == [
        "CN-107000001-A", "CN-107000001-B", "WO-2019029001-A1", "US-2020185701-A1", "DE-102019000001-A1"
    ]  # fmt: skip
    first = by_number["CN-107000001-A"]
    assert (first.application_number, first.filing_date) == ("CN-201710680801", date(2017, 8, 10))
    assert (first.publication_type, by_number["CN-107000001-B"].publication_type) == ("application", "grant")
    assert first.source_family_id == "docdb:101"
    assert (first.priorities, first.priority_date) == ([], date(2017, 8, 10))  # a first filing
    assert first.titles == [("en", 'A "made" title, with a comma')]
    assert first.abstracts == [("en", "An abstract")]
    assert first.ipc == ["H01L21/02", "A23L33/15"]  # the first position leads; H01X never existed
    assert first.cpc == ["Y02E60/10"]
    assert first.applicants == [(1, "MUSTER POWER CO., LTD.", "CN", None), (2, "SECOND GMBH", "DE", "Weg 1, Ulm")]
    assert (first.citation_count, first.citation_count_kind) == (4, "family")
    assert first.claim_count is None  # 0 in the table: not known
    assert first.legal_events == [
        (date(2019, 5, 7), "GR01", "grant", "PATENT GRANT"),
        (date(2021, 3, 2), "TR01", "assignment", "TRANSFER OF PATENT RIGHT"),
    ]
    assert (first.legal_status, first.lapse_date) == ("active", None)
    phase = by_number["US-2020185701-A1"]
    assert phase.legal_events == [(date(2019, 5, 7), "AS", "inventor_assignment", "ASSIGNMENT")]
    assert phase.legal_status == "pending"
    assert phase.priorities == [("CN-201710680801", date(2017, 8, 10))]
    assert phase.claim_count == 20
    assert phase.cites == [("DE-102019000001-A1", "SEA", "X Y"), ("CN-107000001-A", "APP", None)]
    german = by_number["DE-102019000001-A1"]
    assert german.legal_events == [(date(2022, 5, 7), "FC", "lapse", None)], "the office's list knows the code"
    assert (german.legal_status, german.lapse_date) == ("inactive", date(2022, 4, 1))
    assert german.priorities is None  # its priority is not in tls201
    assert german.applicants is None  # a person without name and country says nothing
    assert german.citation_count == 0  # stated as none


def test_pct_is_told_by_the_family_only_where_it_is_complete(tmp_path: Path) -> None:
    found = {r.publication_number: r.is_pct for r in _read(_write(tmp_path / "tables")).records}
    assert found["CN-107000001-A"] is True  # a PCT application is in its family
    assert found["DE-102019000001-A1"] is None  # one application of two: the other may be one
    folder = _write(tmp_path / "complete")
    path = folder / "tls201_part02.csv"
    path.write_text(path.read_text().replace("102,8,2,0", "102,8,1,0"))
    assert {r.publication_number: r.is_pct for r in _read(folder).records}["DE-102019000001-A1"] is False


def test_rows_that_become_nothing_are_counted(tmp_path: Path) -> None:
    folder = _write(tmp_path / "tables")
    with (folder / "tls202_part01.csv").open("a") as stream:
        stream.write("2,en,too,many,values\n")
    reasons = [reject.reason for reject in _read(folder).rejects]
    assert reasons[0].startswith("tls202_part01.csv, line 3: Expected Number of Columns: 3 ")
    assert reasons[1:4] == [
        "tls211: 1 rows of tls211 without office or number of a publication; they are left out.",
        "tls201: 1 applications without a publication in tls211; they are left out.",
        "tls212: 1 citations by or of publications that are not in tls211; they are left out.",
    ]
    assert [reason for reason in reasons if "H01X1/00" in reason]
    assert [reason for reason in reasons if "the earlier application is not in tls201" in reason]


def test_archives_and_compressed_tables(tmp_path: Path) -> None:
    expected = _read(_write(tmp_path / "tables"))
    archive = tmp_path / "index_documentation.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for name, text in TABLES.items():
            packed.writestr(f"data/{name}", text)
    assert _read(archive) == expected
    folder = tmp_path / "compressed"
    folder.mkdir()
    for name, text in TABLES.items():
        (folder / f"{name}.gz").write_bytes(gzip.compress(text.encode()))
    assert _read(folder) == expected
    split = tmp_path / "split"  # as the EPO delivers them: an archive a part
    split.mkdir()
    for name, text in TABLES.items():
        with zipfile.ZipFile(split / f"{Path(name).stem}.zip", "w") as packed:
            packed.writestr(name, text)
    assert _read(split) == expected


def test_every_table_but_the_publications_may_be_missing(tmp_path: Path) -> None:
    for table in COLUMNS:
        folder = _write(tmp_path / table, without=(table,))
        if table == "tls211":
            with pytest.raises(PageRefusedError, match="a record needs tls211"):
                list(read_tables(folder))
        else:
            assert len(_read(folder).records) == 5, table
    bare = _read(_write(tmp_path / "bare", without=tuple(table for table in COLUMNS if table != "tls211")))
    assert {(r.application_number, r.filing_date, r.ipc, r.is_pct) for r in bare.records if r.authority != "WO"} == {
        (None, None, None, None)
    }


def test_reading_goes_on_behind_a_publication(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = _write(tmp_path / "tables")
    whole = _read(folder)
    monkeypatch.setattr("etl.patstat.read.BATCH", 2)
    assert _read(folder).records == whole.records
    assert [last for _, last in read_tables(folder)] == [2, 4, 5]
    assert _read(folder, after=3).records == whole.records[3:]


def test_tables_of_a_folder_are_one_import(tmp_path: Path) -> None:
    folder = _write(tmp_path / "tables")
    other = tmp_path / "export.csv"
    other.write_text("a,b\n1,2\n")
    assert together([*sorted(folder.glob("*.csv")), other]) == [folder, other]
    single = folder / "tls211_part01.csv"
    assert together([single]) == [single]
    assert bulk_kind(tmp_path) is None
    (tmp_path / "tls201.csv").write_text("an export that only has such a name\n")
    assert bulk_kind(tmp_path / "tls201.csv") is None


@pytest.mark.skipif(not DATA.is_dir(), reason="the real slices (../shared/data/more/2_patstat) are not here")
def test_real_slices() -> None:
    found = _read(DATA)
    with (DATA / "tls211_pat_publn_cell19.csv").open(newline="") as stream:
        stated = list(csv.DictReader(stream))
    assert {(r.publication_number, str(r.publication_date)) for r in found.records} == {
        (f"{row['publn_auth']}-{row['publn_nr']}", row["publn_date"]) for row in stated
    }
    lines = {path.name: sum(1 for _ in path.open()) - 1 for path in DATA.glob("tls*.csv")}
    counted = {reject.column_name: int(reject.found or 0) for reject in found.rejects}
    assert counted["tls211"] == lines["tls211_pat_publn_cell13.csv"]  # a slice without numbers
    assert counted["tls201"] == lines["tls201_cell8.csv"] + lines["tls201_cell26.csv"]
    assert counted["tls212"] == lines["tls212_citation_cell23.csv"]
