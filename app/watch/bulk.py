"""`stuckneck bulk IN… OUT`: the tables of every figure from bulk files, for `place --marts OUT`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.common import Exit, JsonOption, WorkspaceOption, err, fail, out, print_json, print_rows
from app.common import Format as Printed
from app.progress import bars
from warehouse.clock import SystemClock
from warehouse.workspace import Workspace

if TYPE_CHECKING:
    from etl.engines.engine import Engine
    from etl.engines.output import Output

_COLUMNS = ("file", "kind", "records", "deletions", "rejects")


class EngineName(StrEnum):
    """What computes the tables."""

    duckdb = "duckdb"
    spark = "spark"


def bulk(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="IN... OUT", help="Bulk files or folders of them, then the folder to write."),
    ],
    workspace: WorkspaceOption = Path(),
    exported_on: Annotated[
        datetime | None, typer.Option("--exported-on", formats=["%Y-%m-%d"], help="Date of the files (default: today).")
    ] = None,
    whole_table: Annotated[
        bool, typer.Option("--whole-table", help="The Google files are the whole table: count who cites.")
    ] = False,
    engine: Annotated[EngineName, typer.Option("--engine", help="duckdb (this machine) or spark.")] = EngineName.duckdb,
    master: Annotated[
        str, typer.Option("--master", help="Spark's master: local[CORES] or spark://HOST:PORT.")
    ] = "local[*]",
    conf: Annotated[
        list[str] | None, typer.Option("--conf", metavar="NAME=VALUE", help="A setting of Spark's own (repeatable).")
    ] = None,
    memory: Annotated[
        str | None, typer.Option("--memory", help="Most memory of DuckDB, as in 4GB (default: [engine]).")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make the tables of every figure from bulk files, for `place --marts`.

    All records of the files are read, families are put together over all of them, and the queries of the workspace's
    lists choose: OUT holds the families of each technology, their states, and who cites them.
    """
    from app.watch.bulk_import import target_of
    from etl.engines.output import Output
    from etl.engines.run import bulk_files, run_bulk
    from etl.sources.settings import load_settings

    *given, folder = paths
    _check(given, folder)
    files = bulk_files(given)
    ws = Workspace.open(workspace)
    queries = target_of(ws, None).queries
    limit = load_settings(ws.settings_file).engine.memory_mb
    memory = memory or (f"{limit}MB" if limit else None)
    target, day = Output(folder.resolve()), (exported_on or SystemClock().now()).date()
    settings = _settings(conf or [])
    with (
        bars() as progress,
        _opened(engine, target, memory, master, settings) as opened,
    ):
        done = run_bulk(
            opened, target, files, queries, exported_on=day, name=engine.value, whole_table=whole_table,
            progress=progress,
        )  # fmt: skip
    if as_json:
        print_json(done.manifest | {"refused": list(done.refused)})
    else:
        _print(done.manifest, folder)
    for sentence in done.refused:
        err.print(sentence, style="red", markup=False, soft_wrap=True)
    if done.refused:
        raise typer.Exit(int(Exit.BAD_INPUT))


def _print(manifest: dict[str, Any], folder: Path) -> None:
    """Print what was read and what was made of it."""
    print_rows(manifest["inputs"], Printed.table, columns=_COLUMNS)
    rows = [{"table": name, "rows": one["rows"]} for name, one in manifest["tables"].items()]
    print_rows(rows, Printed.table)
    out.print(f"`stuckneck place --marts {folder}` measures and publishes them.", markup=False, soft_wrap=True)


def _check(given: list[Path], folder: Path) -> None:
    """Refuse what cannot be read, or written to, before anything is begun."""
    missing = [str(path) for path in given if not path.exists()]
    if missing or not given:
        raise fail(f"No such file: {', '.join(missing) or 'give bulk files, then the folder to write'}.")
    if folder.exists() and not folder.is_dir():
        raise fail(f"{folder}: is a file; the last argument is the folder to write.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "pages").is_dir():
        raise fail(f"{folder}: holds other things; name an empty folder, or one `stuckneck bulk` wrote.")


def _settings(given: list[str]) -> dict[str, str]:
    """Spark's own settings as given; refuses what is no NAME=VALUE."""
    strange = [one for one in given if "=" not in one]
    if strange:
        raise fail(f"--conf {strange[0]}: is no NAME=VALUE, as in spark.executor.memory=8g.")
    return dict(one.split("=", 1) for one in given)


@contextmanager
def _opened(
    name: EngineName, target: Output, memory: str | None, master: str, settings: dict[str, str]
) -> Iterator[Engine]:  # fmt: skip
    if name is EngineName.duckdb:
        from etl.engines.on_duckdb import DuckDBEngine

        yield DuckDBEngine(target, memory)
        return
    from etl.engines.spark.engine import SparkEngine
    from etl.engines.spark.session import session
    from etl.engines.spark.tables import Tables

    with session(master, settings) as spark:
        yield SparkEngine(target, Tables(spark, target.work))


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("bulk")(bulk)
