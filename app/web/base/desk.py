"""What an act works with: the workspace and the queue of commands."""

from __future__ import annotations

from dataclasses import dataclass

from app.web.base.jobs import Jobs
from warehouse.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Desk:
    """The workspace and the queue through which everything reaches its single writer."""

    workspace: Workspace
    jobs: Jobs
