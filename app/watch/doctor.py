"""`stuckneck doctor`: credentials, services, disk and when it will be full, snapshot age, what feeds each indicator."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import duckdb
import typer

from app.common import Exit, Format, FormatOption, JsonOption, WorkspaceOption, chosen, print_rows
from app.fonts import FONT_NAME, use_cjk
from app.web.base.access import USERS_FILE
from etl.catalogue.load import load_catalogue
from etl.sources.registry import config, enabled_sources, missing_secrets, open_source, source
from etl.sources.settings import PACKAGES, load_settings, section_of
from warehouse.clock import SystemClock
from warehouse.extras import lacking
from warehouse.indicators import BY_ID
from warehouse.publish import NoSnapshotError, connect_snapshot, current
from warehouse.settings import Settings
from warehouse.workspace import Workspace, open_to_others
from words.language import say

if TYPE_CHECKING:
    from etl.fetch.source import Capability, SourceConfig
    from etl.fetch.trial import Trial

Finding = tuple[str, str, str]  # (what, ok | warn | fail, in a sentence)
# Tables of a bulk run come without hits.
_KNOWN = "SELECT technology_id FROM source_hits UNION SELECT technology_id FROM family_memberships"


def _credentials(ws: Workspace, settings: Settings) -> Iterator[Finding]:
    for name in PACKAGES:
        if not section_of(settings, name).enabled:
            yield f"credentials {name}", "ok", "switched off in stuckneck.toml"
            continue
        missing = missing_secrets(name, ws)
        what = f"missing {', '.join(missing)}: set it in the environment or in .env" if missing else "present"
        yield f"credentials {name}", "warn" if missing else "ok", what


def _services(ws: Workspace, settings: Settings) -> Iterator[Finding]:
    """Try each source that has credentials: a login and one search of one row, in a few seconds (all at once)."""
    from etl.fetch.trial import Outcome

    tried = [name for name in enabled_sources(settings) if not missing_secrets(name, ws)]
    with ThreadPoolExecutor(max_workers=max(1, len(tried))) as pool:
        found = dict(zip(tried, pool.map(lambda name: _try(name, ws, settings), tried), strict=True))
    is_reached = any(trial.outcome not in (Outcome.away, Outcome.strange) for trial in found.values())
    for name, trial in found.items():
        state = "ok" if trial.outcome is Outcome.answers else "fail" if trial.outcome is Outcome.refused else "warn"
        yield f"service {name}", state, f"{section_of(settings, name).base_url}: {trial.sentence}"
    if found and not is_reached:
        yield "services", "fail", "no service gives a usable answer: nothing can be harvested"


def _try(name: str, ws: Workspace, settings: Settings) -> Trial:
    from etl.fetch.http import CredentialsMissingError
    from etl.fetch.trial import TIMEOUT_SECONDS, Outcome, Trial, attempt

    try:
        client = open_source(name, ws, settings, timeout_seconds=TIMEOUT_SECONDS)
    except CredentialsMissingError as error:
        return Trial(Outcome.refused, str(error))
    with closing(client):
        return attempt(source(name), client, SystemClock())


def _rights(ws: Workspace) -> Iterator[Finding]:
    """Files with secrets or with everything in them must not be open to other users of the machine."""
    exposed = [file for file in (ws.root / ".env", ws.root / USERS_FILE, ws.core) if open_to_others(file)]
    for file in exposed:
        name = file.relative_to(ws.root).as_posix()
        yield f"rights {name}", "fail", f"can be read or changed by other users: chmod 600 {shlex.quote(str(file))}"
    if not exposed:
        yield "rights", "ok", "secrets and warehouse are for their owner alone"


def _records(ws: Workspace) -> Iterator[Finding]:
    """Name the watched technologies the published snapshot has no record of."""
    con = _published(ws)
    if con is None:
        return  # said already
    watched = [one.id for one in load_catalogue(ws.technologies_file).items if one.status == "watched"]
    with closing(con):
        known = {name for (name,) in con.execute(_KNOWN).fetchall()}
    empty = [name for name in watched if name not in known]
    if empty:
        yield "records", "fail", f"no record of {', '.join(empty)}: refresh, import files, or look at the query"
    else:
        yield "records", "ok", f"each of the {len(watched)} watched technologies has records"


def _cuts(ws: Workspace, settings: Settings) -> Iterator[Finding]:
    """Name the technologies that have lines of their own in the settings and are on no list."""
    listed = {one.id for one in load_catalogue(ws.technologies_file).items}
    for name in sorted(settings.place.cuts.keys() - listed):
        yield f"cuts {name}", "warn", f"[place.cuts.{name}] is for no technology of the list"


def _disk(ws: Workspace, settings: Settings) -> Iterator[Finding]:
    """Room for a refresh; and when the disk will be full: under three months is a warning, two weeks need doing."""
    from schedules.upkeep.space import space_forecast

    free = shutil.disk_usage(ws.root).free
    need = 3 * (ws.core.stat().st_size if ws.core.exists() else 0) + 200_000_000
    size = f"{free / 1e9:.1f} GB free, a refresh may need {need / 1e9:.1f} GB"
    yield "disk", "ok" if free > need else "fail", size
    forecast = space_forecast(ws, settings)
    left = forecast.days_left
    yield "space", "ok" if left is None or left > 90 else "warn" if left > 14 else "fail", forecast.sentence


def _published(ws: Workspace) -> duckdb.DuckDBPyConnection | None:
    """Return the published snapshot, open; None where there is none, which `_snapshot` says."""
    try:
        return connect_snapshot(current(ws))
    except NoSnapshotError:
        return None


def _snapshot(ws: Workspace) -> Iterator[Finding]:
    try:
        file = current(ws)
        opened = connect_snapshot(file)
    except NoSnapshotError as error:
        yield "snapshot", "fail", str(error)
        return
    with closing(opened) as con:
        query = "SELECT run_id, coalesce(as_of::VARCHAR, '—'), finished_at FROM runs WHERE state = 'succeeded'"
        row = con.execute(f"{query} ORDER BY run_id DESC LIMIT 1").fetchone()
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
    for one in _usable(ws, settings):
        terms[one.source] = f"{one.licence}; {one.terms}"
        for name, capability in one.indicators.items():
            fed.setdefault(name, []).append((capability.feeds, f"{one.source} ({_price(capability)})"))
    for imported, licence, indicators in _imported(ws):
        terms.setdefault(imported, licence)
        if imported not in {c.source for c in _usable(ws, settings)}:
            for name, feeds in indicators.items():
                fed.setdefault(name, []).append((feeds, f"{imported} ({feeds})"))
    measured = _coverage(ws)
    for name in (*settings.place.indicators, "ipc_shift"):
        feed = BY_ID[name].fed_by if name in BY_ID else name
        able = [(feeds, words) for feeds, words in fed.get(feed, []) if feeds != "no"]
        state, words = _verdict(able, measured.get(name), settings.place.coverage_floor)
        yield f"indicator {name}", state, words
    for name, words in sorted(terms.items()):
        yield f"licence {name}", "ok", words


def _usable(ws: Workspace, settings: Settings) -> list[SourceConfig]:
    """The harvested sources that are switched on and have their credentials."""
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
    con = _published(ws)
    if con is None:
        return {}
    rows = con.execute(
        "SELECT indicator, min(coverage), max(coverage) FROM coverage WHERE families > 0 GROUP BY indicator"
    ).fetchall()
    return {name: (low, high) for name, low, high in rows}


def _imported(ws: Workspace) -> list[tuple[str, str, dict[str, str]]]:
    """Sources of imported files: name, licence, what each can feed."""
    import json

    con = _published(ws)
    if con is None:
        return []
    rows = con.execute(
        "SELECT s.source, coalesce(s.licence, ''), s.capabilities FROM sources AS s"
        " WHERE EXISTS (SELECT 1 FROM source_hits AS h WHERE h.source = s.source AND h.query_hash = 'import')"
    ).fetchall()
    return [(source, licence, json.loads(stated).get("indicators", {})) for source, licence, stated in rows]


def _windows(settings: Settings) -> Iterator[Finding]:
    """Fixed windows cannot see what is filed after them: a live watch by them never moves."""
    place = settings.place
    if place.windows == "fixed" and settings.policy().windows != "fixed" and datetime.now(UTC).year > place.later[1]:
        yield "windows", "warn", (
            f"place.windows is fixed and the later window ends in {place.later[1]}: dynamics sees nothing filed since."
            ' windows = "rolling" in stuckneck.toml follows the date (the series breaks there, once).'
        )  # fmt: skip
    else:
        yield "windows", "ok", place.windows


def _drawing() -> Iterator[Finding]:
    lacks = lacking("charts")
    if lacks is None:
        use_cjk()
    yield "chinese font", "warn" if lacks else "ok", lacks or f"{FONT_NAME} (packaged)"


def _deliveries(ws: Workspace, settings: Settings) -> Iterator[Finding]:
    from schedules.delivery import tell

    for name, problem in tell(ws, settings, say("`stuckneck doctor` tries this channel.")).items():
        yield f"channel {name}", "fail" if problem else "ok", problem or "delivered"


def _readable(check: Iterator[Finding]) -> Iterator[Finding]:
    """What a check finds; where the published snapshot cannot be read, it ends with that, and the others go on."""
    try:
        yield from check
    except duckdb.Error:
        yield "snapshot", "fail", "cannot be read; `stuckneck doctor --deep` says what is damaged and what to do"


def _spark() -> Iterator[Finding]:
    """Whether `stuckneck bulk --engine spark` can run here: a warning only where PySpark is installed for it."""
    from etl.engines.spark.session import is_installed, missing

    lacks = missing()
    yield "spark", "warn" if lacks and is_installed() else "ok", lacks or "`stuckneck bulk --engine spark` can run here"


def doctor(
    workspace: WorkspaceOption = Path(),
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
    offline: Annotated[bool, typer.Option("--offline", help="Do not try the services.")] = False,
    deep: Annotated[
        bool, typer.Option("--deep", help="Read everything on disk once: core, snapshots, pointer, landed files.")
    ] = False,
    deliver: Annotated[bool, typer.Option("--deliver", help="Send a sentence through every channel.")] = False,
) -> None:
    """Check credentials, services, disk, snapshot age, and which indicators can be fed."""
    from schedules.upkeep.deep import deep_findings

    ws = Workspace.open(workspace)
    settings = load_settings(ws.settings_file)
    checks = [
        _credentials(ws, settings), *([] if offline else [_services(ws, settings)]), _rights(ws),
        _disk(ws, settings), _snapshot(ws), _records(ws), _cuts(ws, settings),
        _feeds(ws, settings), _windows(settings), _drawing(), _spark(),
        *([deep_findings(ws)] if deep else []), *([_deliveries(ws, settings)] if deliver else []),
    ]  # fmt: skip
    found = [finding for check in checks for finding in _readable(check)]
    print_rows([{"check": w, "state": s, "finding": f} for w, s, f in found], chosen(how, as_json))
    if any(s == "fail" for _, s, _ in found):
        raise typer.Exit(int(Exit.FAULT))


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("doctor")(doctor)
