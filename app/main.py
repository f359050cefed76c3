"""The command line: `stuckneck COMMAND`. Each command lives in its own module and registers itself here."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from importlib.metadata import version

import typer

from app.common import Exit, err

app = typer.Typer(
    name="stuckneck",
    help="Watches chokepoint (stuck-neck) technologies through patents. 以专利监测“卡脖子”技术。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

# In the order of `stuckneck --help`: first steps, daily use, upkeep, studies.
_COMMANDS = (
    "init", "demo", "reproduce", "doctor", "catalogue", "import", "refresh", "place", "matrix", "chart",
    "sql", "runs", "export", "explain", "alerts", "schedule", "backfill", "review", "upkeep", "network", "provinces",
    "nca", "qca",
)  # fmt: skip


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"stuckneck {version('stuckneck')}")
        raise typer.Exit


@app.callback()
def _root(
    show_version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Watches chokepoint (stuck-neck) technologies through patents. 以专利监测“卡脖子”技术。"""


def _register() -> None:
    for name in _COMMANDS:
        if importlib.util.find_spec(f"app.cmd_{name}") is None:  # transitional: not every command is there yet
            continue
        importlib.import_module(f"app.cmd_{name}").register(app)


_register()


def main() -> None:
    """Run the command line; known failures become one sentence and an exit code (README, "Exit codes")."""
    from etl.catalogue.load import CatalogueError
    from etl.records import PageRefusedError
    from warehouse.core import WarehouseBusyError
    from warehouse.migrate import MigrationError
    from warehouse.publish import NoSnapshotError
    from warehouse.sandbox import SqlRefusedError, SqlStoppedError
    from warehouse.settings import SettingsError
    from warehouse.workspace import NotAWorkspaceError

    codes: dict[type[BaseException], Exit] = {
        SettingsError: Exit.BAD_INPUT, NotAWorkspaceError: Exit.BAD_INPUT, PageRefusedError: Exit.BAD_INPUT,
        SqlRefusedError: Exit.BAD_INPUT, SqlStoppedError: Exit.BAD_INPUT, MigrationError: Exit.BAD_INPUT,
        WarehouseBusyError: Exit.BUSY, NoSnapshotError: Exit.NOTHING, CatalogueError: Exit.BAD_INPUT,
    }  # fmt: skip
    try:
        app()
    except tuple(codes) as error:
        err.print(str(error), style="red", markup=False, soft_wrap=True)
        sys.exit(int(next(code for kind, code in codes.items() if isinstance(error, kind))))
    except KeyboardInterrupt:
        err.print("Stopped. What had landed is kept; the same command continues where it was.")
        sys.exit(130)


if __name__ == "__main__":
    main()
