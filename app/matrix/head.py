"""Which run is shown, and the line above every table and picture that says by what it was measured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from app.stamp import stamp
from words.glossary import Choice, in_language
from words.language import current

FEW = 10  # relative places of fewer technologies say more of the set than of each


class NoRunError(LookupError):
    """No run answers to the number, date or name given; the message says what there is."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a run is: its date, by which country, policy and windows it was measured, of what data, and as what.

    `origin`: live (the record), adhoc (a what-if) or backfill. Settings that a run of long ago did not state are None.
    """

    run_id: int
    as_of: date
    origin: str
    label: str | None
    focal_country: str | None
    screening: str | None
    windows: str | None
    settings_hash: str | None
    data_label: str
    program_version: str | None = None
    queries_hash: str | None = None

    @property
    def by(self) -> str:
        """Country, policy and windows, as `measured_by` says them."""
        return measured_by(self.focal_country, self.screening, self.windows)

    @property
    def stamp(self) -> str:
        """Return in one line by what the figures were made: for the properties of every file."""
        return stamp(
            self.program_version, self.run_id, self.as_of, self.queries_hash, self.settings_hash, self.data_label
        )

    def line(self, frame: str | None = None) -> str:
        """Return the header: date, run, country, policy, windows, frame, data label, and whether it is a what-if.

        In the language spoken: its ids and names are no words to be translated one by one.
        """
        t = in_language(current())
        parts = [f"{self.as_of}  {t['m_run']} {self.run_id}  {self.by}"]
        if frame:
            parts.append(t[f"m_{frame}"])
        parts.append(t["m_data"] + t[f"m_label_{self.data_label}"])
        if self.origin == "adhoc":
            colon = "：" if current() == "zh" else ": "
            parts.append(t["m_not_record"] + (f"{colon}{self.label}" if self.label else ""))
        elif self.origin == "backfill":
            parts.append(t["m_backfill"])
        return "  ".join(parts)


def measured_by(country: str | None, screening: str | None, windows: str | None) -> str:
    """Return country, policy and windows, e.g. ``CN, monitor, rolling windows``; what a run did not state is a ?."""
    return ("，" if current() == "zh" else ", ").join(measured_parts(country, screening, windows, current()))


def measured_parts(
    country: str | None, screening: str | None, windows: str | None, language: Choice
) -> tuple[str, str, str]:  # fmt: skip
    """Return country, policy and windows as people say them; a policy of a user's own keeps its name."""
    t = in_language(language)
    kind, _, years = (windows or "?").partition(" ")
    years = years.replace(", ", "、") if language == "zh" else years
    said = f"{t.get(f'm_windows_{kind}', f'{kind} ' + t['m_windows'])} {years}".strip()
    return country or "?", t.get(f"m_policy_{screening}", screening or "?"), said


_HEAD = """
SELECT DISTINCT p.run_id, p.as_of, p.origin, r.label, s.focal_country, s.screening, s.windows, r.settings_hash,
       coalesce(p.data_label, r.data_label), r.program_version, s.queries_hash
FROM run_placements AS p
JOIN runs AS r ON r.run_id = p.run_id
LEFT JOIN applied_settings AS s ON s.run_id = p.run_id
"""


def _one(con: duckdb.DuckDBPyConnection, rest: str, *values: object) -> Head | None:
    rows = con.execute(f"{_HEAD} {rest} LIMIT 1", list(values)).fetchall()
    return Head(*rows[0]) if rows else None


def latest(con: duckdb.DuckDBPyConnection) -> Head | None:
    """Return the newest run of the record; None when nothing was placed."""
    return _one(con, "WHERE p.origin = 'live' ORDER BY p.run_id DESC")


def of_run(con: duckdb.DuckDBPyConnection, run_id: int) -> Head:
    """Return one run, whatever it was. Raises NoRunError when it placed nothing."""
    found = _one(con, "WHERE p.run_id = ?", run_id)
    if found is None:
        msg = f"Run {run_id} placed nothing; `stuckneck runs` lists the runs."
        raise NoRunError(msg)
    return found


def of_label(con: duckdb.DuckDBPyConnection, label: str) -> Head:
    """Return the newest run of that name. Raises NoRunError."""
    found = _one(con, "WHERE r.label = ? ORDER BY p.run_id DESC", label)
    if found is None:
        known = con.execute("SELECT DISTINCT label FROM runs WHERE label IS NOT NULL ORDER BY 1").fetchall()
        msg = f"No what-if is named {label!r}; named: {', '.join(r[0] for r in known) or 'none'}."
        raise NoRunError(msg)
    return found


def at(con: duckdb.DuckDBPyConnection, day: date) -> Head:
    """Return the record as it was at `day`: the last live run as of then or earlier, else the last backfilled date.

    Raises NoRunError when neither reaches back that far.
    """
    order = "ORDER BY p.origin = 'live' DESC, p.as_of DESC, p.run_id DESC"
    found = _one(con, f"WHERE p.origin <> 'adhoc' AND p.as_of <= ? {order}", day)
    if found is None:
        msg = (
            f"Nothing is placed as of {day} or earlier; `stuckneck backfill --from {day.year} --to {day.year}` does it."
        )
        raise NoRunError(msg)
    return found


def chosen_run(
    con: duckdb.DuckDBPyConnection, run: int | None = None, as_of: date | None = None, label: str | None = None
) -> Head | None:
    """Return the run asked for by number, date or name, by default the latest of the record (None: nothing yet).

    Raises NoRunError.
    """
    if run is not None:
        return of_run(con, run)
    if label is not None:
        return of_label(con, label)
    return latest(con) if as_of is None else at(con, as_of)


def few(technologies: int, frame: str) -> str | None:
    """Return the sentence for a relative frame of fewer than ten technologies; None when there is nothing to say."""
    if frame != "relative" or not 0 < technologies < FEW:
        return None
    return (
        f"Relative places rest on few: {technologies} technologies. place.baseline = 'paper' places any number on the "
        "ranges and weights of the paper's Table 2, in the anchored frame."
    )
