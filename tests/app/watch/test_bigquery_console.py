"""The SELECT of `catalogue show --for bigquery`, run in the console: its download is imported as a harvest is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.json as pj
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from app.main import app
from app.watch.init import write_workspace
from etl.bulk.google import read_rows
from etl.sources.google_bigquery.parse import parse
from office.corpus.corpus import Corpus
from office.service.googlesql import Engine, Result
from office.service.nested import nested_table
from tests.corpora import small

AS_OF = date(2021, 5, 31)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return small()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("console")
    write_workspace(folder)
    return folder


def printed(folder: Path, *words: str) -> str:
    done = CliRunner().invoke(app, [*words, "-w", str(folder)])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture(scope="module")
def result(corpus: Corpus, folder: Path) -> Result:
    """What the printed SELECT gives, run as it was printed."""
    return Engine(nested_table(corpus, AS_OF)).run(printed(folder, "catalogue", "show", "chip", "--for", "bigquery"))


def plain(cell: dict[str, Any], field: dict[str, Any], *, strings: bool) -> Any:
    """A value as the console writes it into JSON; `strings`: its whole numbers are texts there."""

    def one(value: Any) -> Any:
        if value is None:
            return None
        if field["type"] == "RECORD":
            return {
                inner["name"]: plain(c, inner, strings=strings)
                for c, inner in zip(value["f"], field["fields"], strict=True)
            }
        if field["type"] == "BOOLEAN":
            return value == "true"
        return int(value) if field["type"] == "INTEGER" and not strings else value

    return [one(item["v"]) for item in cell["v"]] if field["mode"] == "REPEATED" else one(cell["v"])


def rows(result: Result, *, strings: bool) -> list[dict[str, Any]]:
    return [
        {
            field["name"]: plain(cell, field, strings=strings)
            for cell, field in zip(row["f"], result.fields, strict=True)
        }
        for row in result.rows
    ]


def download(result: Result, kind: str, folder: Path) -> Path:
    """The three forms a result is saved in: JSON of the console, JSON lines and Parquet by an export."""
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows(result, strings=kind != "lines"))
    file = folder / f"bq-results.{kind}"
    if kind == "json":
        file.write_text(json.dumps(rows(result, strings=True), ensure_ascii=False), encoding="utf-8")
    elif kind == "lines":
        file.write_text(lines, encoding="utf-8")
    else:
        (folder / "lines").write_text(lines, encoding="utf-8")
        pq.write_table(pj.read_json(folder / "lines", pj.ReadOptions(block_size=1 << 26)), file)
    return file


@pytest.mark.parametrize("kind", ["json", "lines", "parquet"])
def test_a_download_gives_the_records_of_the_harvest(result: Result, kind: str, tmp_path: Path) -> None:
    page = {"kind": "bigquery#getQueryResultsResponse", "jobComplete": True, "totalRows": str(len(result.rows)),
            "schema": {"fields": result.fields}, "rows": result.rows}  # fmt: skip
    harvested = parse(json.dumps(page).encode(), None)
    batches = [batch for batch, _ in read_rows(download(result, kind, tmp_path))]
    imported = [record for batch in batches for record in batch.records]
    assert len(imported) > 60
    assert [replace(r, row_no=0) for r in imported] == [replace(r, row_no=0) for r in harvested.records]
    assert not any(batch.leftover or batch.rejects for batch in batches)


def test_a_download_is_recognised_and_put_onto_the_technology_whose_query_it_was(
    corpus: Corpus, result: Result, folder: Path, tmp_path: Path
) -> None:
    file = download(result, "json", tmp_path)
    report = json.loads(printed(folder, "import", str(file), "--dry-run", "--json"))
    assert "google_publications" in json.dumps(report)
    printed(folder, "import", str(file))
    with duckdb.connect(str(folder / "warehouse" / "core.duckdb"), read_only=True) as con:
        numbers = con.execute("SELECT publication_number FROM source_hits WHERE technology_id = 'chip'").fetchall()
        known = con.execute(
            "SELECT count(*) FROM source_records WHERE cited_by IS NULL OR source <> 'google_publications'"
        ).fetchone()
    held = {
        p.key for f in corpus.families if "chip" in f.technologies and f.role != "stray"
        for p in f.publications if p.visible(AS_OF)
    }  # fmt: skip
    assert {number for (number,) in numbers} == held
    assert known == (0,), "who cites each came with it"


def test_the_listing_says_how_long_it_is_and_prints_other_sources_whole(folder: Path) -> None:
    listing = printed(folder, "catalogue", "show", "chip")
    assert "--for google_bigquery" in listing
    assert "STRPOS" not in listing
    assert json.loads(printed(folder, "catalogue", "show", "chip", "--for", "lens"))
    assert printed(folder, "catalogue", "show", "chip", "--for", "ops").count("ta=") > 0
    assert "SELECT" in json.loads(printed(folder, "catalogue", "show", "chip", "--json"))["google_bigquery"][0]


def test_an_unknown_source_is_said_with_those_there_are(folder: Path) -> None:
    done = CliRunner().invoke(app, ["catalogue", "show", "chip", "--for", "espacenet", "-w", str(folder)])
    assert done.exit_code == 2
    assert "google_bigquery" in done.output
