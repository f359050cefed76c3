"""Time tables, limits on queries, the web workbench, and what is kept for how long."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from warehouse.sections.base import Section, Variable


class Sql(Section):
    """Limits on `stuckneck sql` and every query of other people's."""

    memory_mb: int = Field(default=2048, ge=256)
    seconds: int = Field(default=60, ge=1)
    threads: int = Field(default=2, ge=1)
    max_rows: int = Field(default=100_000, ge=1)


class Engine(Section):
    """What the writing process may use of the machine: merging, measuring, publishing.

    Beyond `memory_mb` DuckDB writes to the folder `spill` (from the workspace's folder on) and goes on, slower.
    """

    memory_mb: int | None = Field(default=None, ge=256)
    threads: int | None = Field(default=None, ge=1)
    spill: str = "warehouse/spill"
    spill_gb: int | None = Field(default=None, ge=1)


class Schedule(Section):
    """One `[schedule.NAME]`: either `cron` (five fields) or `every` (e.g. "6h", "1d"), in `time_zone`.

    `ping_env` names the environment variable with the address that is pinged when a slot begins, ends or fails.
    """

    task: Literal["refresh", "review", "sentinels", "prune", "backup", "deliver", "heartbeat"]
    cron: str | None = None
    every: str | None = None
    time_zone: str = "Asia/Shanghai"
    enabled: bool = True
    ping_env: Variable | None = None

    @model_validator(mode="after")
    def _one_of(self) -> Schedule:
        if (self.cron is None) == (self.every is None):
            msg = "give exactly one of cron and every"
            raise ValueError(msg)
        return self


class Web(Section):
    """The workbench (`stuckneck serve`); `public_figures` shows figures, not records, to people not signed in.

    `requests_per_minute` holds for each person, or address, where the page is not for this machine alone.
    """

    upload_mb: int = Field(default=200, ge=1, le=4000)
    session_hours: int = Field(default=12, ge=1)
    requests_per_minute: int = Field(default=600, ge=10)
    hosts: tuple[str, ...] = ()
    proxy_user_header: str | None = None
    public_figures: bool = False
    https_only: bool = False


class Runs(Section):
    """What holds for a run, and whatever else holds the warehouse: without progress for long it fails and lets go."""

    stalled_minutes: int = Field(default=60, ge=10)

    @property
    def stalled_after(self) -> float:
        """The same in seconds."""
        return 60.0 * self.stalled_minutes


class Retention(Section):
    """What is kept, and for how long."""

    snapshots: int = Field(default=8, ge=1)
    landing_days: int = Field(default=400, ge=1)


class Backup(Section):
    """The scheduled backup: where its archives lie (from the workspace's folder on), and how many are kept."""

    folder: str = "backups"
    keep: int = Field(default=7, ge=1)


class Report(Section):
    """The report that is written to ``reports/`` after every run of the record: in which forms, and how long."""

    formats: tuple[Literal["html", "xlsx", "pdf", "docx", "pptx"], ...] = ("html",)
    language: Literal["zh", "en", "both"] | None = None
    pages: int | None = Field(default=None, ge=1)


class Logs(Section):
    """The log of the daemon and of runs; `file` (from the workspace's folder on) is rotated at `max_mb`."""

    format: Literal["text", "json"] = "text"
    level: Literal["debug", "info", "warning", "error"] = "info"
    file: str | None = None
    max_mb: int = Field(default=10, ge=1)
    keep: int = Field(default=5, ge=1)


class Monitor(Section):
    """Health and metrics of the daemon: `listen` is HOST:PORT or a port of this machine, `textfile` a file *.prom."""

    listen: str | None = None
    textfile: str | None = None
