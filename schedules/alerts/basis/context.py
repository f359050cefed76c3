"""What every content rule looks at: the run, the runs before it, and each technology's series without held runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from analytics.explain.explain import Move, explain
from analytics.explain.run_records import technology_names
from analytics.explain.sentences import sentence
from analytics.matrix.frames import RELATIVE
from analytics.matrix.strategy import Cuts, Strategy
from analytics.measure.query import IMPORT
from schedules.alerts.basis.holds import Failure, RunRow, failures, held, series_runs
from schedules.alerts.basis.moves import Damping, Point
from warehouse.settings import Settings


@dataclass(frozen=True, slots=True)
class Spot:
    """One run's place of one technology in one frame, with what the rules need of it; None is unknown."""

    run: RunRow
    technology_id: str
    frame: str
    query_hash: str | None
    families: int | None
    capability: float | None
    dynamics: float | None
    strategy: str | None
    is_watch: bool | None
    towards: str | None
    distance: float | None
    low_evidence: bool | None
    low_evidence_why: str | None
    not_placed_why: str | None
    capability_interval: tuple[float, float] | None
    dynamics_interval: tuple[float, float] | None
    probabilities: Mapping[str, float]
    is_break: bool

    @property
    def point(self) -> Point | None:
        """The place as the fold of `moves` reads it; None when it was not placed."""
        if self.strategy is None or self.capability is None or self.dynamics is None:
            return None
        return Point(
            self.run.run_id, self.run.as_of, self.strategy, self.capability, self.dynamics, self.probabilities,
            self.is_break,
        )  # fmt: skip


_SPOTS = """
SELECT p.run_id, p.technology_id, p.frame, p.query_hash, p.families, p.capability, p.dynamics, p.strategy, p.is_watch, p.watch_towards, p.distance,
       p.low_evidence, p.low_evidence_why, p.not_placed_why, c.capability_low, c.capability_high, c.dynamics_low, c.dynamics_high,
       {probabilities}
FROM run_placements AS p
LEFT JOIN run_certainty AS c ON c.run_id = p.run_id AND c.technology_id = p.technology_id AND c.frame = p.frame
WHERE list_contains(?, p.run_id) ORDER BY p.technology_id, p.frame, p.run_id
""".format(probabilities=", ".join(f"c.p_{s}" for s in Strategy))  # noqa: E501
_STATED = (
    "query_hash", "families", "capability", "dynamics", "strategy", "is_watch", "towards", "distance", "low_evidence",
    "low_evidence_why", "not_placed_why",
)  # fmt: skip


@dataclass(slots=True)
class Context:
    """Everything about one run the rules may ask; `held` names per run what rests on a failing source."""

    con: duckdb.DuckDBPyConnection
    settings: Settings
    run: RunRow
    runs: list[RunRow]
    failed: dict[int, list[Failure]]
    held: dict[int, set[str]]
    names: dict[str, tuple[str, str]]
    series: dict[tuple[str, str], list[Spot]] = field(default_factory=dict)
    _moves: dict[tuple[int, bool], dict[str, Move]] = field(default_factory=dict)

    def damping(self, technology: str) -> Damping:
        """Return the technology's lines, and the thresholds of the settings."""
        alerts = self.settings.alerts
        return Damping(
            Cuts.of(self.settings.place, technology).values, alerts.hysteresis, alerts.confirm_probability,
            alerts.confirm_runs,
        )  # fmt: skip

    def name(self, technology: str) -> tuple[str, str]:
        """(Chinese, English) name, the id where there is none."""
        return self.names.get(technology, (technology, technology))

    def now_and_before(self, technology: str, frame: str = RELATIVE) -> tuple[Spot | None, Spot | None]:
        """Return this run's spot and the comparable one before it; (None, _) when held or not measured."""
        spots = self.series.get((technology, frame), [])
        if not spots or spots[-1].run.run_id != self.run.run_id:
            return None, None
        now = spots[-1]
        return now, (spots[-2] if len(spots) > 1 and not now.is_break else None)

    def technologies(self) -> list[str]:
        """Technologies this run measured and that are not held."""
        return sorted({t for t, frame in self.series if frame == RELATIVE and self.now_and_before(t)[0] is not None})

    def move(self, from_run: int, technology: str, *, recompute: bool) -> Move | None:
        """Return what changed since `from_run`, and whether that is the technology's own; None when not comparable."""
        key = (from_run, recompute)
        if key not in self._moves:
            pairs = self.con.execute(
                "SELECT technology_id, query_hash FROM run_placements WHERE run_id = ? AND frame = 'relative'"
                " AND query_hash IS NOT NULL ORDER BY technology_id",
                [self.run.run_id],
            ).fetchall()
            wanted = [(t, h) for t, q in pairs for h in (q, IMPORT)]
            found = explain(
                self.con, from_run, self.run.run_id, self.settings, technologies=wanted, recompute=recompute
            )
            self._moves[key] = {m.technology_id: m for m in found}
        return self._moves[key].get(technology)

    def explained(self) -> dict[int, list[Move]]:
        """Return what was looked at so far: earlier run → the moves of every technology since then."""
        return {from_run: list(moves.values()) for (from_run, _), moves in self._moves.items()}

    def why(self, move: Move | None) -> tuple[str, str] | None:
        """Return the one sentence (Chinese, English) on a move."""
        if move is None:
            return None
        said = sentence(move, self.name(move.technology_id))
        return said.zh, said.en


def _pair(low: Any, high: Any) -> tuple[float, float] | None:
    return None if low is None or high is None else (low, high)


def _revised(con: duckdb.DuckDBPyConnection) -> set[tuple[str, date]]:
    return set(con.execute("SELECT technology_id, as_of FROM alert_facts WHERE rule = 'revised'").fetchall())


def read_context(
    con: duckdb.DuckDBPyConnection, settings: Settings, run_id: int, *, ignore_holds: bool = False
) -> Context | None:
    """Return the context of live run `run_id`; None when it placed nothing live. `ignore_holds`: of this run only."""
    runs = series_runs(con, run_id)
    if not runs or runs[-1].run_id != run_id:
        return None
    failed = failures(con, settings.alerts)
    holds = held(con, runs, failed)
    context = Context(con, settings, runs[-1], runs, failed, holds, technology_names(con))
    by_id = {r.run_id: r for r in runs}
    revised = _revised(con)
    for row in con.execute(_SPOTS, [list(by_id)]).fetchall():
        run, technology, frame = by_id[row[0]], row[1], row[2]
        if technology in holds[run.run_id] and not (ignore_holds and run.run_id == run_id):
            continue
        spots = context.series.setdefault((technology, frame), [])
        before = spots[-1] if spots else None
        is_break = before is not None and (
            before.query_hash != row[3]
            or before.run.settings_hash != run.settings_hash
            or (technology, run.as_of) in revised
        )
        known = {s.value: p for s, p in zip(Strategy, row[18:22], strict=True) if p is not None}
        stated = dict(zip(_STATED, row[3:14], strict=True))
        intervals: dict[str, Any] = {"capability_interval": _pair(*row[14:16]), "dynamics_interval": _pair(*row[16:18])}
        spots.append(Spot(run, technology, frame, **stated, **intervals, probabilities=known, is_break=is_break))
    return context
