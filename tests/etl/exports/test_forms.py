"""Every vendor in every form: encodings, line ends, spreadsheets, archives, banners, duplicates, destroyed numbers."""

import zipfile
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from etl.exports import dry_run, read_export
from etl.exports.vendor import VendorTableError, load_vendor, packaged_vendors
from etl.records import PageRefusedError
from tests.etl.exports import made_exports as made


@pytest.fixture
def save(tmp_path):
    def write(content, name="file.bin"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def vendor(key):
    return packaged_vendors()[key]


@pytest.mark.parametrize("key", made.IMPORTED)
def test_every_vendor_is_recognised_and_read_the_same_in_every_form(key, save):
    table = made.rows(vendor(key))
    expected = read_export(save(made.csv_bytes(table)))
    assert expected.kind == key
    assert expected.rows == 8
    assert len(expected.parsed.records) >= 8
    assert expected.parsed.rejects == []
    encodings = [e for e in made.ENCODINGS if (key, e) != ("kipris", "gb18030")]  # nobody writes Korean in GB18030
    forms = [made.csv_bytes(table, encoding, end) for encoding in encodings for end in ("\n", "\r\n", "\r")]
    forms += [made.csv_bytes(table, delimiter="\t"), made.csv_bytes(table, delimiter=";")]
    forms += [made.xlsx_bytes(table), made.xlsx_bytes(table, banner=2)]
    forms.append(made.csv_bytes([table[0], *([f'="{cell}"' for cell in row] for row in table[1:])]))  # kept as text
    forms.append(made.zip_bytes({"__MACOSX/._a.csv": b"junk", "folder/a.csv": made.csv_bytes(table)}))
    for form in forms:
        read = read_export(save(form))
        assert read.kind == key
        found = [(r.publication_number, r.ipc, r.applicants, r.claim_count, r.filing_date) for r in read.parsed.records]
        assert found == [
            (r.publication_number, r.ipc, r.applicants, r.claim_count, r.filing_date) for r in expected.parsed.records
        ]


def test_incopat_feeds_all_four_indicators(save):
    (report,) = dry_run([save(made.xlsx_bytes(made.rows(vendor("incopat"))))])
    assert {k: report.usable[k] for k in ("applications", "citations", "claims", "pct", "country_residence")} == {
        "applications": 8,
        "citations": 8,
        "claims": 8,
        "pct": 8,  # by the list of the family
        "country_residence": 8,
    }


@pytest.mark.parametrize(
    "spelling",
    [
        {"公开(公告)号": "公开（公告）号", "标题(中文)": "标题 (中文)", "申请人国别代码": "申请人国家/地区"},
        {"公开(公告)号": " 公开（公告）号 ", "IPC主分类": "主分类号"},
        {"公开(公告)日": "公开（公告）日", "被引证次数": "被引证次数 "},
    ],
)
def test_incopat_header_variants(save, spelling):
    table = made.rows(vendor("incopat"))
    table[0] = [spelling.get(h, h) for h in table[0]]
    read = read_export(save(made.csv_bytes(table)))
    assert read.kind == "incopat"
    assert read.parsed.leftover == {}
    assert read.parsed.records[0].publication_date == date(2015, 3, 4)
    assert read.parsed.records[0].applicants[0][2] == "CN"


def test_application_and_grant_of_one_row_are_two_publications(save):
    records = read_export(save(made.csv_bytes(made.rows(vendor("kipris"), 1)))).parsed.records
    assert [r.publication_number for r in records] == ["KR-20150000001-A", "KR-101500001-B1"]
    assert [r.publication_date for r in records] == [date(2015, 3, 4), date(2016, 3, 4)]
    assert {r.application_number for r in records} == {"KR-20140000001"}


def change(key, field, cell, row=1):
    table = made.rows(vendor(key))
    column = table[0].index(vendor(key).columns[field][0])
    table[row][column] = cell
    return table


@pytest.mark.parametrize("cell", ["1.23E+11", "2.01221E+11"])
def test_number_a_spreadsheet_destroyed_is_refused_not_guessed(save, cell):
    read = read_export(save(made.csv_bytes(change("incopat", "publication_number", cell))))
    assert len(read.parsed.records) == 7
    (reject,) = read.parsed.rejects
    assert (reject.action, reject.row_no, reject.found) == ("record skipped", 2, cell)
    assert "scientific notation" in reject.reason
    assert cell in reject.item


def test_dated_history_stands_for_the_undated_word_and_keeps_what_it_cannot_read(save):
    cell = "2020-05-12 | +TRANSFER OF PATENT RIGHT | CN | 2019-13-08 | -PLEDGE | CN | 2018-01-02 | PUBLICATION | CN"
    table = change("patsnap_zh", "legal_history", cell)
    table[1][table[0].index("法律状态/事件")] = "授权 | 权利转移 | 许可"
    read = read_export(save(made.csv_bytes(table), "a.csv"))
    assert read.parsed.records[0].legal_events == [
        (date(2020, 5, 12), None, "assignment", "TRANSFER OF PATENT RIGHT"),
        (date(2018, 1, 2), None, "other", "PUBLICATION"),
        (None, None, "licence", "许可"),
    ]
    (reject,) = read.parsed.rejects
    assert (reject.row_no, reject.column_name, reject.found) == (2, "INPADOC法律状态", "2019-13-08 | -PLEDGE | CN")


def test_broken_date_empties_its_field_and_says_where(save):
    read = read_export(save(made.csv_bytes(change("patsnap_zh", "filing_date", "2014-13-45", row=3)), "a.csv"))
    assert len(read.parsed.records) == 8
    (reject,) = read.parsed.rejects
    assert (reject.action, reject.row_no, reject.column_name) == ("field emptied", 4, "申请日")
    assert reject.reason == (
        "a.csv, row 4, column 申请日: expected a date; '2014-13-45' is not a day of the calendar; "
        "the field is left empty."
    )
    assert read.parsed.records[2].filing_date is None


def test_missing_column_is_one_clear_sentence(save):
    table = made.rows(vendor("patsnap_zh"))
    columns = [table[0].index(name) for name in ("公开(公告)号", "申请号")]
    without = [[cell for i, cell in enumerate(row) if i not in columns] for row in table]
    with pytest.raises(PageRefusedError, match=r"looks like 智慧芽.*no column for publication number.*公开\(公告\)号"):
        read_export(save(made.csv_bytes(without)))


def test_duplicate_headers_read_the_first_and_say_so(save):
    table = [[*row, row[0]] for row in made.rows(vendor("incopat"))]
    read = read_export(save(made.csv_bytes(table)))
    assert read.detections[0].uses[-1].note == "repeats column 1"
    assert len(read.parsed.records) == 8


def test_unknown_columns_are_left_over_and_counted(save):
    table = [[*row, "x"] for row in made.rows(vendor("incopat"))]
    table[0][-1] = "新栏目"
    assert read_export(save(made.csv_bytes(table))).parsed.leftover == {"新栏目": 8}


def test_unclosed_quotation_mark_is_said_not_swallowed(save):
    data = made.csv_bytes(made.rows(vendor("incopat")))
    lines = data.split(b"\r\n")
    lines[-3] = b'"' + lines[-3].replace(b'"', b"")
    read = read_export(save(b"\r\n".join(lines)))
    skipped = [r for r in read.parsed.rejects if r.action == "record skipped"]
    assert len(read.parsed.records) + len(skipped) == read.rows
    assert skipped


def test_unknown_kind_names_the_nearest(save):
    with pytest.raises(PageRefusedError, match="did you mean 'incopat'"):
        read_export(save(made.csv_bytes(made.rows(vendor("incopat")))), kind="incopta")


def test_kind_can_be_forced(save):
    table = [["公开(公告)号", "申请日"], ["CN101234567A", "2014-01-02"]]
    with pytest.raises(PageRefusedError):
        read_export(save(made.csv_bytes(table)))
    read = read_export(save(made.csv_bytes(table)), kind="incopat")
    assert read.parsed.records[0].publication_number == "CN-101234567-A"


@pytest.mark.parametrize(
    "content", [b"", b"\n\n\n", b"<html>Error</html>", b"PK\x03\x04", b"%PDF-1.4", b"a,b\n1,2\n", b'{"a": 1}']
)
def test_what_is_no_export_is_refused(save, content):
    with pytest.raises(PageRefusedError):
        read_export(save(content))


@pytest.mark.parametrize("name", ["../evil.csv", "/etc/evil.csv", "a/../../evil.csv", "C:\\evil.csv", "..\\evil.csv"])
def test_path_traversing_member_is_refused(save, name, tmp_path):
    content = made.zip_bytes({name: made.csv_bytes(made.rows(vendor("incopat")))})
    with pytest.raises(PageRefusedError, match="points outside"):
        read_export(save(content))
    assert [p.name for p in tmp_path.iterdir()] == ["file.bin"]


def test_zip_bomb_is_refused_before_it_is_unpacked(save):
    path = save(b"")
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("bomb.csv", "w", force_zip64=True) as out,
    ):
        for _ in range(200):
            out.write(b"0" * (1 << 20))
    with pytest.raises(PageRefusedError, match="unpacks to"):
        read_export(path)


def test_cell_of_a_gigabyte_is_refused_without_being_read(save, tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as out:
        out.write(b"a,b\n1,")
        out.truncate(1 << 30)  # a hole: reads as zeros
    with pytest.raises(PageRefusedError):
        read_export(path)
    quoted = save(b'a,b\n"' + b"x\n" * (20 << 20))
    with pytest.raises(PageRefusedError):
        read_export(quoted)


def test_sheet_that_claims_the_whole_grid_is_refused(save):
    content = made.xlsx_bytes([["a"]])
    path = save(content)
    hostile = path.with_name("grid.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(hostile, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename.startswith("xl/worksheets/"):
                data = data.replace(
                    b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                )
            new.writestr(part, data)
    with pytest.raises(PageRefusedError, match="cells"):
        read_export(hostile)
    assert CalamineWorkbook.from_path(path).sheet_names == ["Sheet1"]


def test_wrong_alias_table_names_file_key_and_what_was_expected():
    with pytest.raises(VendorTableError, match=r"my\.toml: columns: .*unknown field 'publication_nubmer'"):
        load_vendor(
            '[source]\nkey="x"\ntitle="x"\nlicence="x"\nmerge_rank=1\n[detect]\nsignature=["a"]\n[columns]\npublication_nubmer=["a"]',
            "my.toml",
        )
