"""The log: zone and offset, run and counts, one line a record, rotation, and never a secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app import logs
from app.display import DISPLAY
from app.logs import begin_logs
from schedules.monitor.scrub import HIDDEN, Scrubber, parts_of
from warehouse.clock import FakeClock
from warehouse.core import Core
from warehouse.run import running
from warehouse.sections.operating import Logs
from warehouse.workspace import Workspace

TOKEN = "tok-5f2d9a71c0"
HOOK = "dingtalk://SECfeedbeef01@hooktoken77/"


@pytest.fixture
def space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    (tmp_path / "stuckneck.toml").write_text(
        '[delivery.channels.team]\nurl_env = "TEAM_URL"\n[schedule.nightly]\ntask = "refresh"\nevery = "1d"\n'
        'ping_env = "NIGHTLY_PING"\n'
    )
    (tmp_path / ".env").write_text(f"STUCKNECK_LENS_TOKEN={TOKEN}\nTEAM_URL={HOOK}\n")
    monkeypatch.setenv("NIGHTLY_PING", "https://hc.example.org/ping/0b1c2d3e-4f50?x=1")
    monkeypatch.setattr(DISPLAY, "zone", ZoneInfo("Asia/Shanghai"))
    yield Workspace(tmp_path)
    for handler in logs._ours:
        logging.getLogger().removeHandler(handler)
        handler.close()
    logs._ours.clear()


def lines(space: Workspace) -> list[str]:
    return (space.root / "logs" / "stuckneck.log").read_text(encoding="utf-8").splitlines()


def test_a_run_is_told_with_number_step_and_counts(space: Workspace) -> None:
    space.make_folders()
    begin_logs(space, Logs(format="json", file="logs/stuckneck.log"), to_stderr=True)
    with Core(space) as core, running(core, "heartbeat", FakeClock()) as run:
        run.step("alert")
        run.counts = {"new": 3}
        run.message = "三条"
    found = [json.loads(line) for line in lines(space)]
    assert [(r["run"], r["kind"], r.get("state"), r.get("step")) for r in found] == [
        (1, "heartbeat", "running", None), (1, "heartbeat", None, "alert"), (1, "heartbeat", "succeeded", None),
    ]  # fmt: skip
    assert found[-1]["counts"] == {"new": 3}
    assert found[-1]["message"] == "heartbeat: succeeded: 三条"
    assert datetime.fromisoformat(found[0]["time"]).utcoffset() == ZoneInfo("Asia/Shanghai").utcoffset(datetime.now())
    assert {r["level"] for r in found} == {"info"}


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_reaches_the_log(space: Workspace, form: str) -> None:
    begin_logs(space, Logs.model_validate({"format": form, "file": "logs/stuckneck.log"}), to_stderr=True)
    log = logging.getLogger("stuckneck.test")
    log.error("refused: token %s, hook %s", TOKEN, HOOK)
    log.error("posted to https://oapi.example.org/robot/send?access_token=hooktoken77")
    log.error("https://hc.example.org/ping/0b1c2d3e-4f50/fail and Authorization: Bearer abcdef123456")
    log.error("mailtos://someone:swordfish1@mail.example.org")
    try:
        raise RuntimeError(f"echoed {TOKEN}")
    except RuntimeError:
        log.exception("with a traceback")
    text = "\n".join(lines(space))
    for secret in (TOKEN, "SECfeedbeef01", "hooktoken77", "0b1c2d3e-4f50", "abcdef123456", "swordfish1"):
        assert secret not in text
    assert text.count(HIDDEN) >= 6
    assert "hc.example.org" in text, "where it was sent may be read"
    assert "RuntimeError" in text


def test_a_new_secret_is_hidden_and_an_old_one_stays_hidden(space: Workspace) -> None:
    scrub = Scrubber(space)
    assert scrub(f"{TOKEN} second-token-9") == f"{HIDDEN} second-token-9"
    env = space.root / ".env"
    before = env.stat()
    env.write_text("STUCKNECK_LENS_TOKEN=second-token-9\n")
    import os

    os.utime(env, (before.st_atime, before.st_mtime + 5))
    assert scrub(f"{TOKEN} second-token-9") == f"{HIDDEN} {HIDDEN}"
    (space.root / "stuckneck.toml").write_text("broken = ")
    assert scrub(TOKEN) == HIDDEN


def test_short_and_public_parts_of_an_address_are_words_as_before() -> None:
    assert parts_of("demo") == []
    assert "hc.example.org" not in parts_of("https://hc.example.org/ping/0b1c2d3e-4f50")
    assert "0b1c2d3e-4f50" in parts_of("https://hc.example.org/ping/0b1c2d3e-4f50")


def test_words_from_outside_begin_no_line_of_their_own(space: Workspace) -> None:
    begin_logs(space, Logs(file="logs/stuckneck.log"), to_stderr=True)
    logging.getLogger("stuckneck.x").warning("said %s", "\x1b[31mred\n2026-01-01T00:00:00.000+08:00 ERROR forged")
    found = lines(space)
    assert "\x1b" not in found[0]
    assert found[1].startswith("    2026-01-01")


def test_levels_rotation_and_rights(space: Workspace) -> None:
    begin_logs(space, Logs(level="warning", file="logs/stuckneck.log", max_mb=1, keep=2), to_stderr=True)
    log = logging.getLogger("stuckneck.x")
    log.info("not written")
    for _ in range(5):
        log.warning("x" * 700_000)
    folder = space.root / "logs"
    assert sorted(f.name for f in folder.iterdir()) == ["stuckneck.log", "stuckneck.log.1", "stuckneck.log.2"]
    assert {f.stat().st_mode & 0o777 for f in folder.iterdir()} == {0o600}
    assert "not written" not in "".join(f.read_text() for f in folder.iterdir())
    logging.getLogger("urllib3.connectionpool").info("GET https://secret")
    assert "GET" not in (folder / "stuckneck.log").read_text()
