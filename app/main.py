"""The command line: `stuckneck COMMAND`. The commands are listed in `app.commands`; each registers itself."""

from __future__ import annotations

import errno
import importlib
import logging
import signal
import sys
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

import typer

from app.commands import Commands
from app.common import Exit, err
from warehouse.process import interruption
from words.language import say

app = typer.Typer(
    name="stuckneck",
    cls=Commands,
    help="Watches chokepoint (stuck-neck) technologies through patents.",
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    add_completion=True,
)

# Failures that are the user's to mend, by name: to know one, its module need not be imported at every start.
KNOWN_FAILURES = {
    "warehouse.settings.SettingsError": Exit.BAD_INPUT,
    "warehouse.workspace.NotAWorkspaceError": Exit.BAD_INPUT,
    "warehouse.sandbox.queries.SqlRefusedError": Exit.BAD_INPUT,
    "warehouse.sandbox.queries.SqlStoppedError": Exit.BAD_INPUT,
    "warehouse.migrate.MigrationError": Exit.BAD_INPUT,
    "warehouse.core.WarehouseBusyError": Exit.BUSY,
    "warehouse.core.CoreLostError": Exit.FAULT,
    "warehouse.process.watchdog.StalledError": Exit.FAULT,
    "warehouse.publish.NoSnapshotError": Exit.NOTHING,
    "etl.records.PageRefusedError": Exit.BAD_INPUT,
    "etl.engines.output.OutputError": Exit.BAD_INPUT,
    "etl.engines.run.NoBulkFileError": Exit.BAD_INPUT,
    "etl.engines.spark.session.SparkMissingError": Exit.BAD_INPUT,
    "etl.catalogue.load.CatalogueError": Exit.BAD_INPUT,
}

_PATHS = {
    errno.ENOENT: "there is no such file or folder; name one that exists",
    errno.ENOTDIR: "a part of this path is a file, not a folder; name another place",
    errno.EISDIR: "this is a folder; name a file",
    errno.EACCES: "may not be read or written by this user; name another place or change its rights",
    errno.EPERM: "may not be read or written by this user; name another place or change its rights",
    errno.EROFS: "is on a read-only file system; name another place",
}
_HOME = Path(__file__).resolve().parent.parent
_PROGRAM = tuple(_HOME / name for name in ("app", "analytics", "etl", "schedules", "sql", "warehouse", "words"))


_INTERRUPTED = 128 + signal.SIGINT
_STOPPED = (
    "Stopped by {0}. What had been downloaded is kept: `refresh` and `import` continue where they were, other commands "
    "start again from the beginning."
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"stuckneck {version('stuckneck')}")
        raise typer.Exit


@app.callback()
def _root(  # app.commands.begin has read and removed the options below, wherever they were
    context: typer.Context,
    show_version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
    lang: str | None = typer.Option(None, "--lang", help="zh or en (default: stuckneck.toml, else the locale)."),
    quiet: bool = typer.Option(False, "--quiet", "-q", help="Nothing on stderr but errors."),
    verbose: bool = typer.Option(False, "--verbose", "-v", help="Say more on stderr."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON, with every command."),
) -> None:
    """Watches chokepoint (stuck-neck) technologies through patents."""
    del show_version, lang, quiet, verbose, as_json
    if context.invoked_subcommand is None:
        importlib.import_module("app.watch.start").where_one_stands(Path())  # as commands are: when it is called


def exit_code(error: BaseException) -> Exit | None:
    """Return the exit code of a known failure (or of what it is derived from); None: a programming error."""
    names = (f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__)
    return next((KNOWN_FAILURES[name] for name in names if name in KNOWN_FAILURES), None)


def path_failure(error: OSError) -> tuple[Exit | None, str]:
    """Return exit code and sentence for a file or folder of the user's that is not there or may not be used.

    A file of the program itself that is missing is a programming error: (None, "").
    """
    name = error.filename
    if not isinstance(name, str) or error.errno not in _PATHS:
        return None, ""
    if any(Path(name).resolve().is_relative_to(folder) for folder in _PROGRAM):
        return None, ""
    return Exit.BAD_INPUT, f"{name}: {_PATHS[error.errno]}."


def missing_extra(error: ImportError) -> tuple[Exit | None, str]:
    """Return exit code and sentence for a library that an extra brings; any other is a programming error."""
    from warehouse.extras import missing

    sentence = missing(error)
    return (None if sentence is None else Exit.BAD_INPUT), sentence or ""


def _say_stopped(number: int) -> None:
    """Say the one sentence; straight to stderr, for the console may be held by what is being stopped."""
    show_cursor = "\x1b[?25h" if err.is_terminal else ""
    name = "SIGTERM" if number == signal.SIGTERM else "Ctrl-C"
    sys.stderr.write(show_cursor + say(_STOPPED.format(name)) + "\n")
    sys.stderr.flush()


def _stopped() -> NoReturn:
    number = interruption.received() or signal.SIGINT
    _say_stopped(number)
    sys.exit(128 + number)


def main() -> None:
    """Run the command line; known failures become one sentence and an exit code (README, "Exit codes")."""
    # What a command says it says itself; its log is written where the settings or a daemon ask for one (app.logs).
    logging.getLogger("stuckneck").addHandler(logging.NullHandler())
    try:
        interruption.handle_signals(_say_stopped)
        app()
    except SystemExit as ended:  # typer turns Ctrl-C into an exit without a word
        if ended.code == _INTERRUPTED:
            _stopped()
        raise
    except KeyboardInterrupt:
        _stopped()
    except Exception as error:
        if interruption.is_stop(error):
            _stopped()
        code, sentence = exit_code(error), str(error)
        if isinstance(error, ImportError):
            code, sentence = missing_extra(error)
        if code is None and isinstance(error, OSError):
            code, sentence = path_failure(error)
        if code is None:
            raise
        err.print(sentence, style="red", markup=False, soft_wrap=True)
        sys.exit(int(code))


if __name__ == "__main__":
    main()
