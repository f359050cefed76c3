"""`stuckneck doctor`: credentials, services, disk and when it will be full, snapshot age, what feeds each indicator."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import requests
import typer

from app.common import Exit, Format, FormatOption, JsonOption, WorkspaceOption, chosen, print_rows
from app.fonts import FONT_NAME, use_cjk
from etl.sources.settings import PACKAGES, load_settings, section_of
from warehouse.indicators import BY_ID
from warehouse.publish import NoSnapshotError, connect_snapshot, current
from warehouse.settings import Settings
from warehouse.workspace import Workspace

if TYPE_CHECKING:
    from etl.fetch.source import Capability, SourceConfig

Finding = tuple[str, str, str]  # (what, ok | warn | fail, in a sentence)


def _credentials(ws: Workspace, settings: Settings) -> Iterator[Finding]:
    from etl.sources.registry import missing_secrets

    for source in PACKAGES:
        if not section_of(settings, source).enabled:
            yield f"credentials {source}", "ok", "switched off in stuckneck.toml"
            continue
        missing = missing_secrets(source, ws)
        what = f"missing {', '.join(missing)}: set it in the environment or in .env" if missing else "present"
        yield f"credentials {source}", "warn" if missing else "ok", what


def _reachable(settings: Settings) -> Iterator[Finding]:
    for source in PACKAGES:
        stated = section_of(settings, source)
        if not stated.enabled:
            continue
        try:
            answer = requests.get(stated.base_url, timeout=5)
        except requests.RequestException as error:
            yield f"service {source}", "warn", f"{stated.base_url} is not reachable ({type(error).__name__})"
        else:
            yield f"service {source}", "ok", f"{stated.base_url} answers (HTTP {answer.status_code})"


def _disk(ws: Workspace) -> Iterator[Finding]:
    free = shutil.disk_usage(ws.root).free
    need = 3 * (ws.core.stat().st_size if ws.core.exists() else 0) + 200_000_000
    size = f"{free / 1e9:.1f} GB free, a refresh may need {need / 1e9:.1f} GB"
    yield "disk", "ok" if free > need else "fail", size


def _space(ws: Workspace, settings: Settings) -> Iterator[Finding]:
    """When the disk will be full: under three months is worth a warning, under two weeks needs doing."""
    from schedules.upkeep.space import space_forecast

    forecast = space_forecast(ws, settings)
    left = forecast.days_left
    yield "space", "ok" if left is None or left > 90 else "warn" if left > 14 else "fail", forecast.sentence


def _snapshot(ws: Workspace) -> Iterator[Finding]:
    try:
        file = current(ws)
    except NoSnapshotError as error:
        yield "snapshot", "warn", str(error)
        return
    row = (
        connect_snapshot(file)
        .execute("SELECT run_id, as_of, finished_at FROM runs WHERE state = 'succeeded' ORDER BY run_id DESC LIMIT 1")
        .fetchone()
    )
    if row is None:
        yield "snapshot", "warn", f"{file.name} holds no finished run"
        return
    run_id, as_of, finished = row
    age = (datetime.now(UTC).replace(tzinfo=None) - finished).days
    yield "snapshot", "ok" if age <= 14 else "warn", f"{file.name}: run {run_id} as of {as_of}, {age} days old"


def _feeds(ws: Workspace, settings: Settings) -> Iterator[Finding]:
    """Which indicators the sources with credentials (and the files imported) can feed, at what cost and on what terms.

    An indicator that is only fed in part, or that the latest run knew for too few families, is a warning: that is
    where a technology stays without a place.
    """
    fed: dict[str, list[tuple[str, str]]] = {}
    terms: dict[str, str] = {}
    for config in _usable(ws, settings):
        terms[config.source] = f"{config.licence}; {config.terms}"
        for name, capability in config.indicators.items():
            fed.setdefault(name, []).append((capability.feeds, f"{config.source} ({_price(capability)})"))
    for source, licence, indicators in _imported(ws):
        terms.setdefault(source, licence)
        if source not in {c.source for c in _usable(ws, settings)}:
            for name, feeds in indicators.items():
                fed.setdefault(name, []).append((feeds, f"{source} ({feeds})"))
    measured = _coverage(ws)
    for name in (*BY_ID, "ipc_shift"):
        able = [(feeds, words) for feeds, words in fed.get(name, []) if feeds != "no"]
        state, words = _verdict(able, measured.get(name), settings.place.coverage_floor)
        yield f"indicator {name}", state, words
    for source, words in sorted(terms.items()):
        yield f"licence {source}", "ok", words


def _usable(ws: Workspace, settings: Settings) -> list[SourceConfig]:
    """The harvested sources that are switched on and have their credentials."""
    from etl.sources.registry import config, enabled_sources, missing_secrets

    return [config(name) for name in sorted(enabled_sources(settings)) if not missing_secrets(name, ws)]


def _price(capability: Capability) -> str:
    return ", ".join(filter(None, [capability.feeds, f"requests: {capability.cost}" if capability.cost else ""]))


def _verdict(
    able: list[tuple[str, str]], known: tuple[float | None, float | None] | None, floor: float
) -> tuple[str, str]:
    """The state of one indicator and the sentence about it; `known`: least and greatest coverage of the latest run."""
    if not able:
        return "warn", "no source of yours feeds it: technologies cannot be placed without it"
    words = ", ".join(words for _, words in able)
    if all(feeds == "partial" for feeds, _ in able):
        words += "; only in part: technologies may lack it"
    least, most = known or (None, None)
    if least is None or most is None:
        return ("warn" if words.endswith("lack it") else "ok"), words
    share = f"{least:.0%}" if f"{least:.0%}" == f"{most:.0%}" else f"{least:.0%} to {most:.0%}"
    words += f"; latest run: known for {share} of a technology's families"
    if least < floor:
        words += f" (the floor is {floor:.0%})"
    return ("ok" if least >= floor else "warn"), words


def _coverage(ws: Workspace) -> dict[str, tuple[float | None, float | None]]:
    """Least and greatest coverage of each indicator over the technologies of the latest run that have families."""
    try:
        con = connect_snapshot(current(ws))
    except NoSnapshotError:
        return {}
    rows = con.execute(
        "SELECT indicator, min(coverage), max(coverage) FROM coverage WHERE families > 0 GROUP BY indicator"
    ).fetchall()
    return {name: (low, high) for name, low, high in rows}


def _imported(ws: Workspace) -> list[tuple[str, str, dict[str, str]]]:
    """Sources of imported files: name, licence, what each can feed."""
    import json

    try:
        con = connect_snapshot(current(ws))
    except NoSnapshotError:
        return []
    rows = con.execute(
        "SELECT s.source, coalesce(s.licence, ''), s.capabilities FROM sources AS s"
        " WHERE EXISTS (SELECT 1 FROM source_hits AS h WHERE h.source = s.source AND h.query_hash = 'import')"
    ).fetchall()
    return [(source, licence, json.loads(stated).get("indicators", {})) for source, licence, stated in rows]


def _windows(settings: Settings) -> Iterator[Finding]:
    """Fixed windows cannot see what is filed after them: a live watch by them stands still."""
    place = settings.place
    if place.windows == "fixed" and settings.policy().windows != "fixed" and datetime.now(UTC).year > place.later[1]:
        yield (
            "windows",
            "warn",
            (
                f"place.windows is fixed and the later window ends in {place.later[1]}: dynamics sees nothing filed"
                ' since. windows = "rolling" in stuckneck.toml follows the date (the series breaks there, once).'
            ),
        )
    else:
        yield "windows", "ok", place.windows


def _drawing() -> Iterator[Finding]:
    use_cjk()
    yield "chinese font", "ok", f"{FONT_NAME} (packaged)"


def doctor(
    workspace: WorkspaceOption = Path(),
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
    offline: Annotated[bool, typer.Option("--offline", help="Do not try to reach the services.")] = False,
) -> None:
    """Check credentials, services, disk, snapshot age, and which indicators can be fed."""
    ws = Workspace.open(workspace)
    settings = load_settings(ws.settings_file)
    found = [*_credentials(ws, settings), *([] if offline else _reachable(settings)), *_disk(ws), *_space(ws, settings),
             *_snapshot(ws), *_feeds(ws, settings), *_windows(settings), *_drawing()]  # fmt: skip
    print_rows([{"check": w, "state": s, "finding": f} for w, s, f in found], chosen(how, as_json))
    if any(s == "fail" for _, s, _ in found):
        raise typer.Exit(int(Exit.FAULT))


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("doctor")(doctor)
