"""The tracks of technologies through a monthly backfill, from the warehouse or a snapshot of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import duckdb
import numpy as np
from numpy.typing import NDArray

from analytics.matrix.strategy import Cuts
from warehouse.sections.measuring import Place

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tracks:
    """K and D of technologies at month ends, shape (technologies, months), NaN where not placed."""

    technologies: tuple[str, ...]
    months: tuple[date, ...]
    capability: Floats
    dynamics: Floats

    def until(self, months: int) -> Tracks:
        """Return what was known after the first `months` months."""
        return Tracks(self.technologies, self.months[:months], self.capability[:, :months], self.dynamics[:, :months])


_SERIES = """
SELECT technology_id, as_of, run_id, capability, dynamics, strategy FROM matrix_history
WHERE frame = $frame AND origin = 'backfill'
AND settings_hash = (SELECT arg_max(settings_hash, run_id) FROM matrix_history WHERE origin = 'backfill')
ORDER BY technology_id, as_of
"""


def _is_month_end(day: date) -> bool:
    return date.fromordinal(day.toordinal() + 1).day == 1


def read_tracks(con: duckdb.DuckDBPyConnection, frame: str) -> tuple[Tracks, int] | None:
    """Return the newest backfill's month ends of a frame, back to the first month left out, and one of its runs.

    None where there is no monthly backfill.
    """
    rows = [r for r in con.execute(_SERIES, {"frame": frame}).fetchall() if _is_month_end(r[1])]
    if not rows:
        return None
    numbers = sorted({12 * r[1].year + r[1].month for r in rows})
    last = numbers[-1]
    first = last - next((i for i, n in enumerate(reversed(numbers)) if n != last - i), len(numbers)) + 1
    names = sorted({r[0] for r in rows})
    capability = np.full((len(names), last - first + 1), np.nan)
    dynamics, days = capability.copy(), dict[int, date]()
    for name, day, _, k, d, strategy in rows:
        at = 12 * day.year + day.month - first
        if at >= 0:
            days[at] = day
        if at >= 0 and strategy is not None:
            capability[names.index(name), at], dynamics[names.index(name), at] = k, d
    return Tracks(tuple(names), tuple(days[i] for i in sorted(days)), capability, dynamics), rows[-1][2]


def on_common_lines(tracks: Tracks, place: Place) -> Tracks:
    """Return the tracks with each technology's own lines moved to the common ones, and its track with them."""
    cuts, own = Cuts.of(place), [Cuts.of(place, name) for name in tracks.technologies]
    return replace(
        tracks,
        capability=tracks.capability + np.array([[cuts.capability - one.capability] for one in own]),
        dynamics=tracks.dynamics + np.array([[cuts.dynamics - one.dynamics] for one in own]),
    )
