"""PATSTAT tables read into a DuckDB file of their own, sorted so that a range of applications is found at once.

Sorting and joining spill to disk beyond the memory limit. Every value is read as text; ids become numbers, what does
not is no id.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from shutil import copyfileobj

import duckdb

from etl.patstat.tables import COLUMNS, TableFile
from etl.records import PageRefusedError, Reject

MEMORY = "512MB"
_IDS = frozenset({
    "appln_id", "pat_publn_id", "person_id", "prior_appln_id", "prior_appln_seq_nr", "applt_seq_nr", "citn_id",
    "cited_pat_publn_id", "cited_appln_id", "internat_appln_id", "earliest_filing_id", "docdb_family_id",
    "docdb_family_size", "nb_citing_docdb_fam", "publn_claims", "event_seq_nr",
})  # fmt: skip
_NONE = "('', 'None', 'NULL', 'NaN', 'nan', '<NA>', '\\N')"
_OPTIONS = (
    "quote='\"', escape='\"', header=true, all_varchar=true, max_line_size=2097152,"
    " store_rejects=true, rejects_table='bad_rows', rejects_scan='bad_scans'"
)
# What is made of the tables: each sorted by application, so that a batch of applications reads a few row groups.
_DERIVED = (
    "CREATE TABLE publications AS SELECT p.*, row_number() OVER (ORDER BY p.appln_id NULLS LAST, p.pat_publn_id,"
    " p.publn_nr) AS ordinal FROM tls211 AS p WHERE p.publn_nr IS NOT NULL AND p.publn_auth IS NOT NULL"
    " ORDER BY ordinal",
    "CREATE TABLE families AS SELECT docdb_family_id, count(*) >= max(docdb_family_size) AS is_complete,"
    " bool_or(appln_auth = 'WO' OR appln_kind = 'W' OR coalesce(internat_appln_id, 0) > 0 OR int_phase = 'Y')"
    " AS has_pct FROM tls201 WHERE docdb_family_id > 0 GROUP BY 1",
    "CREATE TABLE applications AS SELECT a.*, f.is_complete, f.has_pct FROM tls201 AS a"
    " LEFT JOIN families AS f USING (docdb_family_id) ORDER BY a.appln_id",
    "CREATE TABLE priorities AS SELECT l.appln_id, l.prior_appln_seq_nr AS seq, p.appln_auth, p.appln_nr, p.appln_kind,"
    " p.appln_filing_date FROM tls204 AS l LEFT JOIN tls201 AS p ON p.appln_id = l.prior_appln_id"
    " WHERE l.prior_appln_id IS NOT NULL ORDER BY l.appln_id, seq",
    "CREATE TABLE applicants AS SELECT l.appln_id, l.applt_seq_nr AS seq,"
    " coalesce(p.person_name, p.person_name_orig_lg) AS name, p.person_ctry_code AS country,"
    " p.person_address AS address FROM tls207 AS l JOIN tls206 AS p ON p.person_id = l.person_id"
    " WHERE l.applt_seq_nr > 0 ORDER BY l.appln_id, seq",
    "CREATE TABLE ipc AS SELECT appln_id, ipc_class_symbol AS symbol, ipc_position = 'F' AS is_first FROM tls209"
    " WHERE symbol IS NOT NULL ORDER BY appln_id, is_first DESC NULLS LAST, symbol",
    "CREATE TABLE cpc AS SELECT appln_id, cpc_class_symbol AS symbol FROM tls224 WHERE symbol IS NOT NULL"
    " ORDER BY appln_id, symbol",
    "CREATE TABLE titles AS SELECT appln_id, appln_title_lg AS lang, appln_title AS text FROM tls202"
    " WHERE text IS NOT NULL ORDER BY appln_id",
    "CREATE TABLE abstracts AS SELECT appln_id, appln_abstract_lg AS lang, appln_abstract AS text FROM tls203"
    " WHERE text IS NOT NULL ORDER BY appln_id",
    "CREATE TABLE events AS SELECT e.appln_id, e.event_seq_nr AS seq, e.event_code AS code,"
    " coalesce(d.event_descr, e.event_text) AS description, e.event_text AS text, e.event_auth AS office,"
    " e.event_publn_date, e.event_effective_date FROM tls231 AS e"
    " LEFT JOIN (SELECT event_auth, event_code, any_value(event_descr) AS event_descr FROM tls803 GROUP BY ALL) AS d"
    " ON d.event_auth = e.event_auth AND d.event_code = e.event_code WHERE e.event_code IS NOT NULL"
    " ORDER BY e.appln_id, seq",
    # An application that is cited stands for its first publication.
    "CREATE TABLE first_publications AS SELECT appln_id, arg_min(pat_publn_id, (publn_date, pat_publn_id)) AS first_id"
    " FROM publications WHERE appln_id IS NOT NULL GROUP BY 1",
    "CREATE TABLE categories AS SELECT pat_publn_id, citn_id, string_agg(DISTINCT citn_categ, ' ' ORDER BY citn_categ)"
    " AS category FROM tls215 WHERE citn_categ IS NOT NULL GROUP BY ALL",
    "CREATE TABLE citations AS SELECT p.appln_id, c.pat_publn_id, c.citn_id, c.citn_origin AS phase, k.category,"
    " d.publn_auth, d.publn_nr, d.publn_kind FROM tls212 AS c JOIN publications AS p ON p.pat_publn_id = c.pat_publn_id"
    " LEFT JOIN first_publications AS f ON f.appln_id = c.cited_appln_id AND coalesce(c.cited_pat_publn_id, 0) = 0"
    " LEFT JOIN publications AS d ON d.pat_publn_id = coalesce(f.first_id, c.cited_pat_publn_id)"
    " LEFT JOIN categories AS k ON k.pat_publn_id = c.pat_publn_id AND k.citn_id = c.citn_id"
    " WHERE coalesce(c.cited_pat_publn_id, 0) > 0 OR coalesce(c.cited_appln_id, 0) > 0"
    " ORDER BY p.appln_id, c.pat_publn_id, c.citn_id",
)  # fmt: skip


def stage(con: duckdb.DuckDBPyConnection, files: Sequence[TableFile], folder: Path) -> list[Reject]:
    """Read the files into tables of `con` and make what records are read from; return the rows that could not be read.

    Archives are unpacked into `folder` first. Raises PageRefusedError when there is no publication at all.
    """
    con.execute(f"SET memory_limit = '{MEMORY}'")
    rejects: list[Reject] = []
    for table in COLUMNS:
        _read(con, table, [_on_disk(file, folder) for file in files if file.table == table], rejects)
    for statement in _DERIVED:
        con.execute(statement)
    rejects += _left_out(con)
    return rejects


def _on_disk(file: TableFile, folder: Path) -> Path:
    if file.member is None:
        return file.path
    target = folder / f"{len(list(folder.iterdir()))}-{Path(file.member).name}"
    try:
        with zipfile.ZipFile(file.path) as archive, archive.open(file.member) as packed, target.open("wb") as stream:
            copyfileobj(packed, stream, 1 << 20)
    except (zipfile.BadZipFile, EOFError, RuntimeError) as error:
        raise PageRefusedError(f"{file.name}: the archive is damaged ({str(error)[:100]}); fetch it again.") from None
    return target


def _read(con: duckdb.DuckDBPyConnection, table: str, paths: Sequence[Path], rejects: list[Reject]) -> None:
    """One table of the columns that are used; an empty one where no file has it."""
    wanted = COLUMNS[table]
    kinds = ", ".join(f"{name} {'BIGINT' if name in _IDS else 'VARCHAR'}" for name in wanted)
    con.execute(f"CREATE TABLE {table} ({kinds})")
    for path in paths:
        source = f"read_csv(?, {_OPTIONS})"
        try:
            stated = {row[0].lower() for row in con.execute(f"DESCRIBE FROM {source}", [str(path)]).fetchall()}
            present = [name for name in wanted if name in stated]
            if present:
                values = ", ".join(_value(name) for name in present)
                con.execute(
                    f"INSERT INTO {table} ({', '.join(present)}) SELECT {values} FROM {source}",  # noqa: S608
                    [str(path)],
                )
            rejects += _bad_rows(con, path)
        except duckdb.Error as error:
            raise PageRefusedError(
                f"{path.name}: cannot be read as a table ({str(error).splitlines()[0][:200]})."
            ) from None


def _value(name: str) -> str:
    text = f"nullif(trim(\"{name}\"), '')"
    text = f"CASE WHEN {text} IN {_NONE} THEN NULL ELSE {text} END"
    return f"try_cast(try_cast({text} AS DECIMAL(18, 2)) AS BIGINT)" if name in _IDS else text


def _bad_rows(con: duckdb.DuckDBPyConnection, path: Path) -> list[Reject]:
    if not con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'bad_rows'").fetchone():
        return []
    rows = con.execute(
        "SELECT line, min(error_message), any_value(csv_line) FROM bad_rows GROUP BY line ORDER BY line"
    ).fetchall()
    con.execute("DROP TABLE bad_rows")
    con.execute("DROP TABLE bad_scans")
    return [
        Reject(f"{path.name}, line {line}: {message}; the row is left out.", column_name=None,
               expected="a row with as many values as columns", item=text, file=path.name)
        for line, message, text in rows
    ]  # fmt: skip


_COUNTS = (
    ("tls211", "rows of tls211 without office or number of a publication",
     "SELECT count(*) FROM tls211 WHERE publn_nr IS NULL OR publn_auth IS NULL"),
    ("tls201", "applications without a publication in tls211",
     "SELECT count(*) FROM tls201 AS a ANTI JOIN publications AS p ON p.appln_id = a.appln_id"),
    ("tls212", "citations by or of publications that are not in tls211",
     "SELECT (SELECT count(*) FROM tls212 WHERE coalesce(cited_pat_publn_id, 0) > 0 OR coalesce(cited_appln_id, 0) > 0)"
     " - (SELECT count(*) FROM citations WHERE publn_nr IS NOT NULL)"),
    ("tls207", "applicants without a person in tls206",
     "SELECT count(*) FROM tls207 AS l ANTI JOIN tls206 AS p ON p.person_id = l.person_id WHERE l.applt_seq_nr > 0"),
)  # fmt: skip


def _left_out(con: duckdb.DuckDBPyConnection) -> list[Reject]:
    """One reject for each reason why rows of the tables become nothing, with their number."""
    found = []
    for table, what, query in _COUNTS:
        count = con.execute(query).fetchall()[0][0]
        if count:
            found.append(Reject(f"{table}: {count:,} {what}; they are left out.", column_name=table, found=str(count)))
    return found
