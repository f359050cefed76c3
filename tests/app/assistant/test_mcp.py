"""The tools as a real client meets them over stdin and stdout."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

mcp = pytest.importorskip("mcp")
ROOT = Path(__file__).parents[3]
ABOUT = {"snapshot", "sql", "parameters", "run", "settings", "data_label", "rows"}


def spoken(demo: Path, talk: Callable[[Any], Awaitable[Any]], *options: str) -> Any:
    """Start the server as an assistant does, and talk to it."""
    server = mcp.StdioServerParameters(
        command=sys.executable, args=["-m", "app.main", "mcp", "--workspace", str(demo), *options], cwd=ROOT
    )

    async def session() -> Any:
        async with mcp.Client(server) as client:
            return await talk(client)

    return asyncio.run(session())


async def told(client: Any, name: str, **arguments: object) -> dict[str, Any]:
    result = await client.call_tool(name, arguments)
    assert not result.is_error, result.content
    found: dict[str, Any] = json.loads(result.content[0].text)
    return found


def test_eight_tools_answer_with_run_settings_label_and_sql(demo: Path) -> None:
    async def talk(client: Any) -> dict[str, Any]:
        tools = (await client.list_tools()).tools
        assert [t.name for t in tools] == [
            "matrix", "explain", "history", "families", "coverage", "quality", "sources", "sql"
        ]  # fmt: skip
        assert all(t.annotations.read_only_hint and t.description for t in tools)
        one = {"technology": "chip"}
        return {
            "matrix": await told(client, "matrix"), "explain": await told(client, "explain", **one),
            "history": await told(client, "history", **one),
            "families": await told(client, "families", **one, indicator="pct", side="focal"),
            "coverage": await told(client, "coverage", **one), "quality": await told(client, "quality", **one),
            "sources": await told(client, "sources"),
            "sql": await told(client, "sql", statement="SELECT count(*) AS n FROM matrix_latest"),
        }  # fmt: skip

    answers = spoken(demo, talk)
    for name, answer in answers.items():
        assert answer.keys() >= ABOUT, name
        assert answer["data_label"] == "synthetic"
        assert answer["settings"]["focal_country"] == "CN"
        assert "SELECT" in answer["sql"]
    assert len(answers["matrix"]["rows"]) == 20
    assert answers["sql"]["rows"] == [{"n": 40}]
    shares = {i["indicator"]: i for i in answers["explain"]["indicators"]}
    assert len(answers["families"]["rows"]) == shares["pct"]["numerator"]
    assert {row["part"] for row in answers["explain"]["rows"]} >= {"own_shares", "own_shift"}


def test_what_cannot_be_answered_is_an_error_and_nothing_is_written(demo: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in (demo / "snapshots").iterdir()}

    async def talk(client: Any) -> list[str]:
        said = []
        for name, arguments in (
            ("history", {"technology": "chips"}), ("families", {"technology": "chip", "indicator": "evil"}),
            ("families", {"technology": "chip", "most": 100_000}), ("sql", {"statement": "DROP TABLE families"}),
            ("sql", {"statement": "SELECT * FROM read_csv('/etc/passwd')"}), ("matrix", {"frame": "x"}),
        ):  # fmt: skip
            result = await client.call_tool(name, arguments)
            assert result.is_error, (name, arguments)
            said.append(result.content[0].text)
        return said

    said = spoken(demo, talk)
    assert "expected one of" in said[0]
    assert "indicator is one of" in said[1]
    assert not any("Traceback" in text or "root:" in text for text in said)
    assert {p: p.stat().st_mtime_ns for p in (demo / "snapshots").iterdir()} == before


def test_figures_only_offers_no_records(demo: Path) -> None:
    async def talk(client: Any) -> list[str]:
        return [t.name for t in (await client.list_tools()).tools]

    assert not {"families", "sql"} & set(spoken(demo, talk, "--figures-only"))
