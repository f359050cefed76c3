"""Workspaces to kill operations in: one that was never refreshed, and one that was, against an office on loopback."""

from __future__ import annotations

import os
from pathlib import Path
from unittest.mock import patch

from office.service.office import Office
from tests.kills.victims import OPERATIONS, do
from tests.schedules.small_house import CREDENTIALS, small_workspace

_SETTINGS = '[schedule.refresh]\ntask = "refresh"\nevery = "1d"\n[schedule.clean]\ntask = "prune"\nevery = "1d"\n'
_EXPORT = "公开(公告)号,标题,申请人,申请日,公开(公告)日,IPC主分类号\n" + "".join(
    f"CN1012{n:05d}A,合成雷达 {n},某公司 {n % 7},2014-01-02,2015-03-04,G01S17/08\n" for n in range(300)
)


def bases(folder: Path, office: Office) -> dict[str, Path]:
    """Make them below `folder`; return operation → the folder whose ``w`` it is done to."""
    fresh, kept = folder / "fresh", folder / "kept"
    with patch.dict(os.environ, CREDENTIALS):
        for beside in (fresh, kept):
            small_workspace(beside / "w", office, _SETTINGS)
            (beside / "export.csv").write_text(_EXPORT, encoding="utf-8")
        for name in ("refresh", "backup"):
            code, _ = do(name, kept / "w", kept)
            assert code == 0, (kept / "acts.2").read_text()
        (kept / "backup.tar").rename(kept / "kept.tar")
    return {name: fresh if name == "refresh" else kept for name in OPERATIONS}
