"""A workspace that asks one service of the simulated office, which may be made to answer otherwise."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import Result
from typer.testing import CliRunner

from app.main import app
from etl.catalogue.load import packaged_catalogue
from office.service.office import Office
from office.service.state import Response
from tests.misbehaviour.changes import Change
from tests.misbehaviour.table import BOTH, Row
from warehouse.clock import SkippingClock
from warehouse.workspace import Workspace

SECRETS = ("STUCKNECK_OPS_KEY", "STUCKNECK_OPS_SECRET", "STUCKNECK_LENS_TOKEN")
AS_OF = date(2021, 5, 31)
LATER = date(2021, 6, 30)
PUBLICATIONS = "SELECT publication_number FROM publications ORDER BY ALL"


def settings_text(office: Office, source: str) -> str:
    """Settings of a workspace that asks one of the services, and asks for everything again."""
    other = next(name for name in BOTH if name != source)
    text = f"[sources]\nsynthetic = true\n{office.addresses.tables()}"
    text = text.replace(f"[sources.{other}]", f"[sources.{other}]\nenabled = false")
    text = text.replace("[sources.lens]", "[sources.lens]\npage_size = 40")
    return (
        f"{text}[harvest]\ntopics = false\nenrichment_requests = 0\nlag_days = 40000\n[report]\nformats = []\n"
        '[place]\nbootstrap_draws = 0\nnetwork = false\nscreening = "open"\n'
    )


class CountingClock(SkippingClock):
    """A clock on which waiting takes no time, and which counts what was waited."""

    waited = 0.0

    def sleep(self, seconds: float) -> None:
        CountingClock.waited += seconds
        super().sleep(seconds)


def command(*words: str) -> Result:
    """Run a command with credentials, by the counting clock."""
    with pytest.MonkeyPatch.context() as patch:
        for name in SECRETS:
            patch.setenv(name, "synthetic")
        patch.setenv("COLUMNS", "1000")
        for module in ("app.watch.refresh", "app.operate.sentinels"):
            patch.setattr(f"{module}.SystemClock", CountingClock)
        CountingClock.waited = 0.0
        return CliRunner().invoke(app, list(words))


def good_refresh(office: Office, source: str, folder: Path, more: str = "") -> Path:
    """Make a workspace and refresh it."""
    workspace = prepare(office, source, folder, more)
    done = command("refresh", "-w", str(workspace.root), "--as-of", AS_OF.isoformat())
    assert done.exit_code == 0, done.output
    return folder


def prepare(office: Office, source: str, folder: Path, more: str = "") -> Workspace:
    """Make the workspace, with one technology; `more` is appended to stuckneck.toml."""
    known = {t.id: t for t in packaged_catalogue().technologies}["lidar"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "stuckneck.toml").write_text(settings_text(office, source) + more, encoding="utf-8")
    (folder / "technologies.toml").write_text(
        '[edition]\nname = "one"\n[[technology]]\nid = "lidar"\nnumber = 1\nname_zh = "激光雷达"\nname_en = "Lidar"\n'
        f"status = \"watched\"\nquery = '''\n{known.query}\n'''\n", encoding="utf-8",
    )  # fmt: skip
    topics = files("etl.catalogue").joinpath("topics.toml").read_text(encoding="utf-8")
    (folder / "topics.toml").write_text(topics, encoding="utf-8")
    workspace = Workspace(folder)
    workspace.make_folders()
    return workspace


def ask(file: Path, statement: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(file), read_only=True) as con:
        return con.execute(statement).fetchall()


def snapshot(workspace: Workspace) -> Path:
    return workspace.root / "snapshots" / (workspace.root / "snapshots" / "current").read_text().strip()


def answer_otherwise(
    office: Office, source: str, change: Change, patch: pytest.MonkeyPatch, *, at_login: bool = False
) -> None:
    """Have the office's service of `source` answer as `change` makes it."""
    service = office.ops if source == "epo_ops" else office.lens
    whole, count = service.answer, 0

    def answer(method: str, target: str, headers: dict[str, str], content: bytes) -> Response:
        nonlocal count
        given = whole(method, target, headers, content)
        if target.endswith("/accesstoken") is not at_login:
            return given
        count += 1
        return change(given, count)

    patch.setattr(service, "answer", answer)


@dataclass(frozen=True, slots=True)
class Lived:
    """What came of one refresh: `waited` in seconds by its clock, `lost` publications of those published before."""

    exit_code: int
    output: str
    exception: BaseException | None
    state: str
    waited: float
    withdrawn: int
    lost: int
    is_renewed: bool
    cursor_is_late: bool
    alerts: tuple[str, ...]

    @property
    def warned(self) -> bool:
        """Whether the command's words say that something was wrong."""
        return re.search("Held |Audit ", self.output) is not None


def live(row: Row, source: str, office: Office, published: Path, folder: Path, patch: pytest.MonkeyPatch) -> Lived:
    """Refresh a copy of the workspace `published` while the office misbehaves as `row` says."""
    shutil.copytree(published, folder)
    workspace = Workspace(folder)
    text = workspace.settings_file.read_text(encoding="utf-8").replace("lag_days = 40000", f"lag_days = {row.days}")
    if row.is_slow:
        text = text.replace(f"[sources.{source}]", f"[sources.{source}]\ntimeout_seconds = 0.2")
    workspace.settings_file.write_text(text, encoding="utf-8")
    before, was = set(ask(snapshot(workspace), PUBLICATIONS)), snapshot(workspace)
    change = row.change() if isinstance(row.change, type) else row.change
    answer_otherwise(office, source, change, patch, at_login=row.at_login)
    done = command("refresh", "-w", str(folder), "--as-of", LATER.isoformat())
    [(state, withdrawn, is_late, alerts)] = ask(
        workspace.core,
        "SELECT (SELECT arg_max(state, run_id) FROM runs),"
        " (SELECT count(*) FROM source_hits WHERE withdrawn_run IS NOT NULL),"
        f" (SELECT count(*) > 0 FROM cursors WHERE high_water > DATE '{LATER}'),"
        " (SELECT coalesce(list(DISTINCT rule ORDER BY rule), []) FROM alert_facts"
        "  WHERE rule IN ('incident', 'source_changed', 'source_failing'))",
    )
    return Lived(
        done.exit_code, done.output, done.exception, state, CountingClock.waited, withdrawn,
        len(before - set(ask(snapshot(workspace), PUBLICATIONS))), snapshot(workspace) != was, is_late, tuple(alerts),
    )  # fmt: skip
