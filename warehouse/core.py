"""The writer's side: one process, under a lock, on the core file (docs/architecture.md, "Workspace")."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType

import duckdb
from filelock import FileLock, Timeout

from warehouse.migrate import WAL_CHECKPOINT, migrate, refresh_views
from warehouse.process.interruption import unwatch, watch
from warehouse.process.watchdog import Watchdog, moved, watching
from warehouse.sections.operating import Engine
from warehouse.settings import Settings, opening_settings
from warehouse.status import activity, facts
from warehouse.workspace import PRIVATE_FILE, Workspace

# Files of this storage version open in the previous major DuckDB too (tests/warehouse/test_opening_snapshots.py).
STORAGE_VERSION = "v1.4.0"


# A reader may hold the lock for a moment to see whether anybody does (`warehouse.status.activity.is_held`).
_LEAST_WAIT = 0.2


class CoreLostError(RuntimeError):
    """The core file is missing, damaged or of another workspace; nothing was written. The message says what to do."""


class WarehouseBusyError(RuntimeError):
    """Another process holds the warehouse; the message says which and since when."""


def connect(file: Path, *, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """Open (or create) a database file for writing, with every extension download turned off."""
    con = duckdb.connect(
        str(file),
        config={
            "storage_compatibility_version": STORAGE_VERSION,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )
    con.execute("SET TimeZone = 'UTC'")
    con.execute(f"SET wal_autocheckpoint = '{WAL_CHECKPOINT}'")
    # Progress is drawn by the program itself, on stderr, only on a terminal.
    con.execute("SET enable_progress_bar = false")
    if threads is not None:
        con.execute(f"SET threads = {int(threads)}")
    return con


def keep_within(con: duckdb.DuckDBPyConnection, engine: Engine, root: Path) -> None:
    """Hold the connection to what ``[engine]`` allows; `root` is the workspace's folder, which `spill` is read from."""
    folder = str(root / engine.spill).replace("'", "''")
    con.execute(f"SET temp_directory = '{folder}'")
    if engine.memory_mb is not None:
        con.execute(f"SET memory_limit = '{engine.memory_mb} MiB'")
    if engine.threads is not None:
        con.execute(f"SET threads = {engine.threads}")
    if engine.spill_gb is not None:
        con.execute(f"SET max_temp_directory_size = '{engine.spill_gb} GB'")


class Core:
    """The open core file. Use as a context manager: the lock is held, migrations and views are up to date.

    Whoever holds it without progress for ``runs.stalled_minutes`` is made to let go (StalledError). Raises
    WarehouseBusyError when another process holds it for longer than `wait` seconds, MigrationError when the file is
    newer than the program, SettingsError for a wrong ``[engine]`` or ``[runs]`` (not where `settings` are given).
    """

    def __init__(
        self, workspace: Workspace, *, wait: float = 0.0, purpose: str = "writing", settings: Settings | None = None
    ) -> None:
        self.workspace = workspace
        self._wait = wait
        self._purpose = purpose
        stated = None if settings is None else (settings.engine, settings.runs)
        self.engine, self.runs = stated or opening_settings(workspace.settings_file)
        self._lock = FileLock(str(workspace.lock))
        self._con: duckdb.DuckDBPyConnection | None = None
        self._teller: activity.Teller | None = None
        self._dog: Watchdog | None = None
        self._watch = ExitStack()

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The connection; changes when a snapshot is published, so ask for it again."""
        if self._con is None:
            msg = "the core file is not open"
            raise RuntimeError(msg)
        return self._con

    @property
    def tell(self) -> activity.Teller:
        """What tells readers what this process is doing."""
        if self._teller is None:
            msg = "the core file is not open"
            raise RuntimeError(msg)
        return self._teller

    def progress(self, what: str, done: int, total: int | None) -> None:
        """Tell readers how much is done of `what`; a progress callback for the steps of a run."""
        moved()
        self.tell.progress(what, done, total)
        self.tell.write_if_due(self._con)

    def keep_facts(self) -> None:
        """Leave what the ledger says where readers find it (`warehouse.status.facts`)."""
        if self._con is not None:
            facts.keep(self.workspace, self._con)

    def __enter__(self) -> Core:
        self.workspace.make_folders()
        try:
            self._lock.acquire(timeout=max(self._wait, _LEAST_WAIT))
        except Timeout:
            raise WarehouseBusyError(_who_holds(self.workspace)) from None
        self._teller = activity.Teller(self.workspace, self._purpose)
        watch(self.interrupt)
        try:
            self._con = self._open()
            migrate(self._con)
            refresh_views(self._con)
            moved(step=self._purpose)
            self._watch.enter_context(self.attended())
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        try:
            self._watch.__exit__(kind, error, tb)
        finally:
            self._close()

    @contextmanager
    def attended(self, note: Path | None = None) -> Iterator[None]:
        """Have the body watched by a watchdog of its own (`warehouse.process.watchdog`); the one before rests.

        Raises StalledError where it makes no progress; `note` keeps the sentence where that cannot be raised.
        """
        outer, dog = self._dog, Watchdog(self.runs.stalled_after, self.interrupt, note)
        self._dog = dog
        if outer is not None:
            outer.rests = True
        try:
            with watching(dog, lambda: self._con):
                yield
        finally:
            moved(step=self._purpose)
            self._dog = outer
            if outer is not None:
                outer.rests = False

    def _open(self) -> duckdb.DuckDBPyConnection:
        """Open the core file; an empty or strange one never replaces one that published. Raises CoreLostError."""
        file, published = self.workspace.core, self.workspace.newest_snapshot()
        way_out = f"Restore a backup, or copy snapshots/{published.name} to it" if published else "Restore a backup"
        if published and not file.exists():
            msg = f"{file}: is missing although {published.name} is published; nothing was written. {way_out}."
            raise CoreLostError(msg)
        is_new = not file.exists()
        try:
            con = self._connect()
            if is_new:
                file.chmod(PRIVATE_FILE)
        except duckdb.Error as error:
            msg = f"{file}: cannot be opened ({str(error).splitlines()[0]}); nothing was written. {way_out}."
            raise CoreLostError(msg) from None
        if published and not _holds_runs_of(con, published):
            con.close()
            what = f"does not hold the runs of {published.name}: it is of another workspace or was emptied"
            msg = f"{file}: {what}. {way_out}."
            raise CoreLostError(msg)
        return con

    def _connect(self) -> duckdb.DuckDBPyConnection:
        con = connect(self.workspace.core)
        keep_within(con, self.engine, self.workspace.root)
        return con

    def interrupt(self) -> None:
        """End the query under way, from another thread."""
        con = self._con
        if con is not None:
            with suppress(duckdb.Error):  # closed just now
                con.interrupt()

    def _close(self) -> None:
        unwatch(self.interrupt)
        con, self._con = self._con, None
        if con is not None:
            facts.keep(self.workspace, con)
            con.close()
        if self._teller is not None:
            self._teller.end()
        self._lock.release()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Checkpoint and close the file for the duration, so that it can be copied; reopen it afterwards."""
        self.con.execute("CHECKPOINT")
        con, self._con = self.con, None
        con.close()
        try:
            yield
        finally:
            self._con = self._connect()


def _holds_runs_of(con: duckdb.DuckDBPyConnection, snapshot: Path) -> bool:
    """Say whether the core file has the runs that published `snapshot` (which proves nothing if it is unreadable)."""
    number = int(snapshot.stem.removeprefix("snapshot-"))
    query = "SELECT run_id, started_at FROM runs"
    try:
        with duckdb.connect(str(snapshot), read_only=True) as published:
            wanted = set(published.execute(f"{query} WHERE snapshot = ?", [number]).fetchall())
    except duckdb.Error:
        return True
    try:
        return wanted <= set(con.execute(query).fetchall())
    except duckdb.CatalogException:  # an empty file
        return not wanted


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Run the body in one transaction: committed at its end, rolled back when it raises."""
    con.execute("BEGIN")
    try:
        yield
    except BaseException:
        con.execute("ROLLBACK")
        raise
    con.execute("COMMIT")


def _who_holds(workspace: Workspace) -> str:
    holder = activity.stored(workspace)
    who = "another process holds it"
    if holder is not None:
        who = f"process {holder.pid} has held it since {holder.since:%Y-%m-%d %H:%M:%S} UTC for {holder.purpose}"
    return (
        f"The warehouse is busy: {who}. `stuckneck status` says how far it is; reading (`stuckneck sql`, `matrix`) "
        "works meanwhile."
    )
