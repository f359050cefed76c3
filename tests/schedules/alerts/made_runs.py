"""Runs made up row by row, synthetic on purpose: K is the mean of four equal shares, D is raw over the range."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import duckdb

from analytics.matrix.strategy import Cuts, spot
from schedules.alerts import evaluate_alerts
from warehouse.migrate import migrate, refresh_views
from warehouse.settings import Settings, parse_settings

SETTINGS = parse_settings("[place]\nbootstrap_draws = 0\n")
START = date(2024, 1, 1)
NAMES = {"chip": ("芯片", "Chip"), "separator": ("锂电池隔膜", "Battery separator"), "sensor": ("传感器", "Sensor")}
INDICATORS = ("applications", "citations", "claims", "pct")


def empty(con=None) -> duckdb.DuckDBPyConnection:
    con = con or duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    migrate(con)
    refresh_views(con)
    edition(con, 1)
    for source in ("lens", "epo_ops"):
        hits = [t for t in NAMES if (t == "sensor") == (source == "epo_ops")]
        for tech in hits:
            con.execute("INSERT INTO source_hits VALUES (?, ?, 'q', 'CN-1-A', 1, 1, 1, 1, NULL)", [source, tech])
    return con


def edition(con, number, names=NAMES, query="q"):
    con.execute(
        "INSERT INTO editions VALUES (?, 'technologies', ?, ?, ?, NULL)",
        [number, str(number), str(number), datetime(2024, 1, 1)],
    )
    for n, (tech, (zh, en)) in enumerate(names.items(), start=1):
        con.execute(
            "INSERT INTO edition_items VALUES (?, ?, ?, ?, ?, 'watched', NULL, NULL, ?, NULL, NULL)",
            [number, tech, n, zh, en, query],
        )


class Runs:
    """A warehouse to which weekly runs are added."""

    def __init__(self, con=None, settings: Settings = SETTINGS):
        self.con = empty(con)
        self.settings = settings
        self.number = 0

    def alerts_settings(self, **changes):
        self.settings = self.settings.model_copy(update={"alerts": self.settings.alerts.model_copy(update=changes)})

    def now(self) -> datetime:
        return datetime.combine(START + timedelta(weeks=self.number - 1), time(20))

    def add(
        self,
        places,
        *,
        top=100.0,
        p=0.6,
        query="q",
        families=100,
        failing=(),
        weak=(),
        edition_id=1,
        codes=(),
        state="running",
        width=0.05,
        settings_hash="s",
        as_of=None,
    ):
        """Add one run: `places` tech → (K, raw D); `top` is the end of this run's range of raw D (the baseline's: 100).

        `p`: probability of the quadrant it lies in; `failing`: (audit, source) pairs.
        """
        con, self.number = self.con, self.number + 1
        run_id, day = self.number, as_of or START + timedelta(weeks=self.number - 1)
        con.execute("UPDATE runs SET state = 'succeeded', finished_at = started_at WHERE state = 'running'")
        con.execute(
            "INSERT INTO runs (run_id, kind, state, as_of, settings_hash, edition_id, data_label, started_at)"
            " VALUES (?, 'refresh', ?, ?, ?, ?, 'synthetic', ?)",
            [run_id, state, day, settings_hash, edition_id, datetime.combine(day, time(19))],
        )
        for frame, end in (("relative", top), ("anchored", 100.0)):
            for name in INDICATORS:
                con.execute("INSERT INTO run_weights VALUES (?, ?, ?, 0.5, 0.25, 0, 1)", [run_id, frame, name])
            con.execute("INSERT INTO run_weights VALUES (?, ?, 'dynamics', NULL, 1, 0, ?)", [run_id, frame, end])
            for tech, (k, raw) in places.items():
                self._place(run_id, tech, frame, day, k, raw, raw / end, p, query, families, tech in weak, width)
        for tech, (k, _raw) in places.items():
            for name in INDICATORS:
                con.execute(
                    "INSERT INTO run_indicators VALUES (?, ?, ?, ?, ?, 100, 1, 100, 100, 'edges')",
                    [run_id, tech, name, k, 100 * k],
                )
            for rank, code in enumerate(["H01L", *codes], start=1):
                con.execute("INSERT INTO run_window_top VALUES (?, ?, 2, ?, ?, 9)", [run_id, tech, rank, code])
        for audit, source in failing:
            con.execute("INSERT INTO audit_results VALUES (?, ?, ?, 1, false, NULL)", [run_id, audit, source])
        return evaluate_alerts(con, run_id, self.settings, self.now())

    def _place(self, run_id, tech, frame, day, k, raw, d, p, query, families, weak, width):
        where = spot(k, d, Cuts(0.5, 0.5, 0.02))
        self.con.execute(
            "INSERT INTO run_placements VALUES (?, ?, ?, ?, 'live', 'synthetic', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
            " NULL)",
            [
                run_id,
                tech,
                frame,
                day,
                query,
                families,
                k,
                raw,
                d,
                where.strategy.value,
                where.is_watch,
                where.towards.value,
                where.distance,
                weak,
                "claims: coverage 0.5 < 0.8" if weak else None,
            ],
        )
        rest = (1 - p) / 3
        chance = [p if s == where.strategy.value else rest for s in ("assault", "disrupt", "entrench", "position")]
        self.con.execute(
            "INSERT INTO run_certainty VALUES (?, ?, ?, 1000, 1, ?, ?, ?, ?, ?, ?, ?, ?)",
            [run_id, tech, frame, k - width, k + width, d - width, d + width, *chance],
        )

    def rules(self, where="true"):
        return [
            tuple(r)
            for r in self.con.execute(
                f"SELECT rule, certainty, technology_id, state FROM alerts WHERE {where} ORDER BY alert_id"
            ).fetchall()
        ]


def alerts_of(alerts, rule):
    return [a for a in alerts if a.rule == rule]


__all__ = ["NAMES", "SETTINGS", "START", "Runs", "alerts_of", "edition", "empty", "replace"]
