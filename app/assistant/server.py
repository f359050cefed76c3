"""The server an assistant speaks to over stdin and stdout: eight tools, all read-only."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations

from app.assistant.answers import Answer, Answers, QuestionError
from app.matrix.head import NoRunError
from warehouse.publish import NoSnapshotError

RECORDS = ("families", "sql")
TOOLS = ("matrix", "explain", "history", "families", "coverage", "quality", "sources", "sql")
_INSTRUCTIONS = (
    "Figures on chokepoint technologies from patents. Say nothing that is not in an answer. With every figure name its"
    " run's as_of date, the settings and the data_label; synthetic data are not real patents; null is unknown, not"
    " zero. Places marked unsettled are not certain. Quote the answer's sql when asked where a figure comes from."
)


def build(answers: Answers, *, figures_only: bool = False) -> MCPServer:
    """Return the server over `answers`; `figures_only` leaves out the tools that give records."""
    server = MCPServer("stuckneck", version=version("stuckneck"), instructions=_INSTRUCTIONS, log_level="ERROR")
    for name in TOOLS:
        if not (figures_only and name in RECORDS):
            ask = getattr(answers, name)
            hints = ToolAnnotations(read_only_hint=True, destructive_hint=False, open_world_hint=False)
            server.tool(name=name, description=ask.__doc__, annotations=hints, structured_output=False)(_text(ask))
    return server


def _text(ask: Callable[..., Answer]) -> Callable[..., Any]:
    """Return `ask` with its answer as JSON text, and what cannot be answered as an error of the tool."""
    from functools import wraps

    @wraps(ask)
    def answered(*args: Any, **values: Any) -> str:
        try:
            return json.dumps(ask(*args, **values), ensure_ascii=False)
        except (QuestionError, NoSnapshotError, NoRunError) as error:
            raise ToolError(str(error)) from error

    return answered
