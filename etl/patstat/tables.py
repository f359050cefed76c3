"""Which files are which PATSTAT table, and the columns of them that are used."""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from etl.exports.forms.archive import check_members
from etl.records import PageRefusedError

KEY = "patstat"
SOURCE = {
    "key": KEY,
    "title": "PATSTAT tables (EPO Worldwide Patent Statistical Database)",
    "licence": "PATSTAT terms of the subscribing user",
    "merge_rank": 13,  # DOCDB's master data, as old as the edition
    "capabilities": {
        "applications": "yes", "citations": "yes", "claims": "partial", "pct": "yes", "ipc_shift": "yes",
        "country": "yes", "legal_status": "partial",
    },
}  # fmt: skip

# Of each table the columns that are read; every one may be missing in an extract, and is unknown then. The others of
# the 27 tables say nothing an indicator uses, or say it once more (names harmonised, fields of technology, regions).
COLUMNS: dict[str, tuple[str, ...]] = {
    "tls201": ("appln_id", "appln_auth", "appln_nr", "appln_kind", "appln_filing_date", "internat_appln_id",
               "int_phase", "earliest_filing_date", "earliest_filing_id", "docdb_family_id", "docdb_family_size",
               "nb_citing_docdb_fam"),
    "tls202": ("appln_id", "appln_title_lg", "appln_title"),
    "tls203": ("appln_id", "appln_abstract_lg", "appln_abstract"),
    "tls204": ("appln_id", "prior_appln_id", "prior_appln_seq_nr"),
    "tls206": ("person_id", "person_name", "person_name_orig_lg", "person_address", "person_ctry_code"),
    "tls207": ("person_id", "appln_id", "applt_seq_nr"),
    "tls209": ("appln_id", "ipc_class_symbol", "ipc_position"),
    "tls211": ("pat_publn_id", "publn_auth", "publn_nr", "publn_kind", "appln_id", "publn_date", "publn_first_grant",
               "publn_claims"),
    "tls212": ("pat_publn_id", "citn_id", "citn_origin", "cited_pat_publn_id", "cited_appln_id"),
    "tls215": ("pat_publn_id", "citn_id", "citn_categ"),
    "tls224": ("appln_id", "cpc_class_symbol"),
    "tls231": ("appln_id", "event_seq_nr", "event_auth", "event_code", "event_publn_date", "event_effective_date",
               "event_text"),
    "tls803": ("event_auth", "event_code", "event_descr"),
}  # fmt: skip
_NAME = re.compile(r"(tls\d{3})[\w.\-]*?\.(?:csv|txt|tsv)(?:\.gz)?", re.IGNORECASE)
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class TableFile:
    """One file (of a table) of the import; `member` names it in its archive, where it is packed."""

    table: str
    path: Path
    member: str | None = None

    @property
    def name(self) -> str:
        """What a person knows it by."""
        return self.path.name if self.member is None else f"{self.path.name}/{self.member}"


def table_of(name: str) -> str | None:
    """``tls201`` for ``tls201_part01.csv``; None for a file of another name."""
    match = _NAME.fullmatch(Path(name).name)
    return match[1].lower() if match else None


def is_patstat(path: Path) -> bool:
    """Whether a folder, an archive or a single file holds PATSTAT tables, by names and by the header of the first."""
    if not (path.is_dir() or table_of(path.name) or _begins(path, b"PK")):
        return False
    try:
        return any(file.table in COLUMNS and _has_columns(file) for file in table_files(path))
    except (PageRefusedError, OSError, EOFError, zipfile.BadZipFile, zlib.error):
        return False


def _has_columns(file: TableFile) -> bool:
    """Whether the first line names a column of the table."""
    if file.member is not None:
        with zipfile.ZipFile(file.path) as archive, archive.open(file.member) as stream:
            head = stream.read(_HEAD)
    else:
        with file.path.open("rb") as plain:
            head = plain.read(_HEAD)
        if head.startswith(b"\x1f\x8b"):
            with gzip.open(file.path) as packed:
                head = packed.read(_HEAD)
    names = set(re.findall(r"\w+", head.split(b"\n")[0].decode("utf-8", "replace").lower()))
    return not names.isdisjoint(COLUMNS[file.table])


def table_files(path: Path) -> list[TableFile]:
    """The tables' files of an import in the order of their names. Raises PageRefusedError for a bad archive."""
    paths = sorted(path.iterdir()) if path.is_dir() else [path]
    found: list[TableFile] = []
    for file in paths:
        if table := table_of(file.name):
            found.append(TableFile(table, file))
        elif file.is_file() and _begins(file, b"PK"):
            found += _packed(file)
    return found


def _begins(path: Path, mark: bytes) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return stream.read(len(mark)) == mark


def _packed(path: Path) -> Iterator[TableFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            if not any(table_of(info.filename) for info in infos):
                return
            check_members(path.name, infos, max_total=None, max_member=None)
            for info in infos:
                if table := table_of(info.filename):
                    yield TableFile(table, path, info.filename)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise PageRefusedError(f"{path.name}: the archive cannot be read ({str(error)[:100]}).") from None
