"""The description of exported files: datapackage.json (Frictionless), README, dictionary and checksums."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from app.common import csv_of, plain
from app.matrix.head import latest
from warehouse.rows import rows
from words.language import say
from words.safe import chat_text, json_text, one_line, plain_text

_TYPES = {
    "BOOLEAN": "boolean", "DATE": "date", "TIMESTAMP": "datetime", "DOUBLE": "number", "FLOAT": "number",
    "INTEGER": "integer", "BIGINT": "integer", "SMALLINT": "integer", "HUGEINT": "integer", "UBIGINT": "integer",
}  # fmt: skip
_MEDIA = {
    "parquet": "application/vnd.apache.parquet", "csv": "text/csv", "json": "application/json",
    "arrow": "application/vnd.apache.arrow.file",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
_DICTIONARY = """
SELECT c.table_name AS "table", c.column_name AS "column", c.data_type AS type, coalesce(c.comment, '') AS meaning,
       coalesce(v.comment, t.comment, '') AS table_meaning
FROM duckdb_columns() AS c
LEFT JOIN duckdb_views() AS v ON v.view_name = c.table_name AND NOT v.internal
LEFT JOIN duckdb_tables() AS t ON t.table_name = c.table_name
WHERE list_contains(?, c.table_name) ORDER BY c.table_name, c.column_index
"""
_SOURCES = """
SELECT s.source AS name, s.title, s.licence, s.is_synthetic, coalesce(sum(p.record_count), 0)::BIGINT AS records,
       max(p.received_at) AS last_answer
FROM sources AS s LEFT JOIN pages AS p ON p.source = s.source GROUP BY ALL ORDER BY 1
"""
_RUNS = """
SELECT run_id, kind, as_of, data_label, settings_hash, program_version, finished_at FROM runs
WHERE state = 'succeeded' ORDER BY run_id
"""
_QUERIES = """
SELECT i.technology_id, i.query_hash FROM edition_items AS i JOIN runs AS r ON r.edition_id = i.edition_id
WHERE r.run_id = ? AND i.query_hash IS NOT NULL ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Exported:
    """One table that was written: its name, the file, its rows, and the sheet where the file is a workbook of many."""

    name: str
    file: Path
    rows: int
    sheet: str | None = None


def describe(con: duckdb.DuckDBPyConnection, snapshot: str, folder: Path, written: Sequence[Exported]) -> list[Path]:
    """Write what describes the files in `folder` and return the paths: dictionary, README, data package, checksums."""
    facts = _facts(con, snapshot, written)
    names = ("dictionary.csv", "README.md", "datapackage.json")
    dictionary, readme, package = (folder / name for name in names)
    heads = ("table", "column", "type", "meaning")
    dictionary.write_bytes(csv_of(heads, ([r[h] for h in heads] for r in facts["dictionary"])).encode("utf-8-sig"))
    readme.write_text(plain_text(_readme(facts, written)), encoding="utf-8")
    described = json.dumps(plain(_package(facts, written)), ensure_ascii=False, indent=2)
    package.write_text(json_text(described) + "\n", encoding="utf-8")
    sums = folder / "SHA256SUMS"
    files = sorted({e.file for e in written} | {dictionary, readme, package})
    sums.write_text("".join(f"{_digest(f)}  {f.name}\n" for f in files), encoding="utf-8")
    return [dictionary, readme, package, sums]


def _facts(con: duckdb.DuckDBPyConnection, snapshot: str, written: Sequence[Exported]) -> dict[str, Any]:
    """Return what README and data package say: runs, sources with licence, queries, meanings of columns."""
    head, runs = latest(con), rows(con, _RUNS)
    labels = {r["data_label"] for r in runs} - {None}
    return {
        "snapshot": snapshot, "version": version("stuckneck"), "head": head, "runs": runs,
        "created": max((r["finished_at"] for r in runs if r["finished_at"]), default=None),
        "label": labels.pop() if len(labels) == 1 else "mixed" if labels else "real",
        "sources": rows(con, _SOURCES), "queries": rows(con, _QUERIES, head.run_id) if head else [],
        "dictionary": rows(con, _DICTIONARY, [e.name for e in written]),
    }  # fmt: skip


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _package(facts: Mapping[str, Any], written: Sequence[Exported]) -> dict[str, Any]:
    """Return the descriptor; what the standard has no field for is under `stuckneck`."""
    head = facts["head"]
    return {
        "profile": "data-package", "name": "stuckneck-export", "version": facts["snapshot"],
        "title": _title(facts), "created": f"{facts['created'].isoformat()}Z" if facts["created"] else None,
        "sources": [
            {"title": s["title"], "name": s["name"], "licence": s["licence"], "is_synthetic": s["is_synthetic"],
             "records": s["records"], "last_answer": s["last_answer"]}
            for s in facts["sources"]
        ],
        "resources": [_resource(e, facts["dictionary"]) for e in written],
        "stuckneck": {
            "program_version": facts["version"], "snapshot": facts["snapshot"], "data_label": facts["label"],
            "stamp": head.stamp if head else None, "queries": facts["queries"], "runs": facts["runs"],
        },
    }  # fmt: skip


def _resource(exported: Exported, dictionary: Sequence[dict[str, Any]]) -> dict[str, Any]:
    form = exported.file.suffix.lstrip(".")
    fields = [
        {"name": r["column"], "type": _field_type(r["type"]), "description": r["meaning"]}
        for r in dictionary
        if r["table"] == exported.name
    ]
    meaning = next((r["table_meaning"] for r in dictionary if r["table"] == exported.name), "")
    found: dict[str, Any] = {
        "name": exported.name.replace("_", "-"), "path": exported.file.name, "title": exported.name,
        "description": meaning, "format": form, "mediatype": _MEDIA[form], "bytes": exported.file.stat().st_size,
        "hash": f"sha256:{_digest(exported.file)}", "rows": exported.rows,
        "profile": "tabular-data-resource" if form == "csv" else "data-resource",
        "schema": {"fields": fields, "missingValues": [""]},
    }  # fmt: skip
    if form in {"csv", "json"}:
        found["encoding"] = "utf-8"
    return found | ({"dialect": {"sheet": exported.sheet}} if exported.sheet else {})


def _field_type(duckdb_type: str) -> str:
    if duckdb_type.startswith("DECIMAL"):
        return "number"
    if duckdb_type.endswith("[]"):
        return "array"
    if duckdb_type.startswith(("STRUCT", "JSON", "MAP")):
        return "object"
    return _TYPES.get(duckdb_type.partition(" ")[0], "string")


def _title(facts: Mapping[str, Any]) -> str:
    head = facts["head"]
    what = say("Chokepoint technologies: places, indicators and what they rest on")
    return what if head is None else f"{what}, {head.as_of}"


def _readme(facts: Mapping[str, Any], written: Sequence[Exported]) -> str:
    """Return the README in the language spoken."""
    head = facts["head"]
    lines = [f"# {_title(facts)}", ""]
    if facts["label"] != "real":
        lines += [f"**{say('The data are not (only) real')}: {say(facts['label'])}**", ""]
    lines += [
        say("Unknown is an empty cell (NULL), never zero. Shares, K and D are 0 to 1; times are UTC."), "",
        f"- {say('Program')}: stuckneck {facts['version']}", f"- {say('Snapshot')}: {facts['snapshot']}",
    ]  # fmt: skip
    if head is not None:
        lines.append(f"- {say('Latest run of the record')}: {head.stamp}")
    lines += [
        f"- {say('Meaning of every column')}: dictionary.csv", f"- {say('Description for programs')}: datapackage.json",
        f"- {say('Check the files')}: `sha256sum -c SHA256SUMS`", "", f"## {say('Tables')}", "",
    ]  # fmt: skip
    meanings = {r["table"]: r["table_meaning"] for r in facts["dictionary"]}
    lines += [f"- `{e.name}` ({e.file.name}, {e.rows}): {meanings.get(e.name, '')}" for e in written]
    lines += ["", f"## {say('Sources and their licences')}", ""]
    for source in facts["sources"]:
        mark = f" ({say('synthetic')})" if source["is_synthetic"] else ""
        lines.append(f"- {_words(source['title'])}{mark}: {_words(say(source['licence'] or '?'))}")
    lines += [
        "", say("Records keep the licence of their source; ask it before handing them on. Figures are your own."), "",
        f"## {say('Queries')}", "",
    ]  # fmt: skip
    lines += [f"- {_words(q['technology_id'])} {_words(q['query_hash'])}" for q in facts["queries"]]
    return "\n".join(lines) + "\n"


def _words(text: str) -> str:
    """Return text of others for a line of Markdown: its marks are shown, not obeyed."""
    return chat_text(one_line(text))
