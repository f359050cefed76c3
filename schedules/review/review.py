"""The list review: every candidate judged on a run's evidence, additions and retirements proposed and applied."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from etl.catalogue.edit import read_text, set_status, write_text
from etl.catalogue.editions import record_edition
from etl.catalogue.load import load_catalogue, parse_catalogue
from etl.catalogue.models import Catalogue
from schedules.review.figures import figures
from schedules.review.judge import ADD, RETIRE, ReviewItem, hold_when_doubtful, judge
from warehouse.clock import Clock
from warehouse.core import Core, transaction
from warehouse.run import running
from warehouse.settings import Settings


class NothingToReviewError(LookupError):
    """No run has measured anything yet, or the run asked for has not; the message says what to do."""


@dataclass(slots=True)
class Reviewed:
    """What a review came to. `applied_edition_id` is set when proposals were applied."""

    review_id: int
    of_run: int
    as_of: date
    items: list[ReviewItem]
    held_why: str | None = None
    applied_edition_id: int | None = None
    snapshot: Path | None = None

    @property
    def proposals(self) -> list[ReviewItem]:
        """The items with a proposal."""
        return [item for item in self.items if item.proposal is not None]


def review(
    con: duckdb.DuckDBPyConnection, run_id: int, settings: Settings, catalogue: Catalogue
) -> tuple[list[ReviewItem], str | None]:
    """Return every technology of `catalogue` as judged on run `run_id`, and why all proposals were held, if they were.

    Nothing is written. Raises NothingToReviewError when the run measured nothing.
    """
    as_of = measured_run(con, run_id)[1]
    known = figures(con, run_id, as_of, settings, catalogue)
    retired = {
        row[0]
        for row in con.execute(
            "SELECT i.technology_id FROM review_items AS i JOIN reviews AS r ON r.review_id = i.review_id"
            " WHERE r.is_applied AND i.proposal = 'retire'"
        ).fetchall()
    }
    items = catalogue.technologies
    return hold_when_doubtful([judge(item, known[item.id], settings, retired=item.id in retired) for item in items])


def measured_run(con: duckdb.DuckDBPyConnection, run_id: int | None = None) -> tuple[int, date]:
    """Return (run, as-of date) of `run_id`, or of the latest live run. Raises NothingToReviewError."""
    rows = con.execute(
        "SELECT run_id, max(as_of) FROM run_placements"
        " WHERE CASE WHEN $run IS NULL THEN origin = 'live' ELSE run_id = $run END"
        " GROUP BY run_id ORDER BY run_id DESC LIMIT 1",
        {"run": run_id},
    ).fetchall()
    if not rows:
        what = "no live run has placed anything yet" if run_id is None else f"run {run_id} has placed nothing"
        msg = f"There is nothing to review: {what}; run `stuckneck refresh` or `stuckneck place` first."
        raise NothingToReviewError(msg)
    return int(rows[0][0]), rows[0][1]


def run_review(
    core: Core, settings: Settings, *, clock: Clock, run_id: int | None = None, apply: bool | None = None,
    slot: datetime | None = None,
) -> Reviewed:  # fmt: skip
    """Review the list as a run of its own: judged, stored, applied where asked, published.

    `run_id` is the run judged (default: the latest live one); `apply` overrides the setting ``review.apply``.
    A review that was cut is done again under its own number. Raises NothingToReviewError and CatalogueError.
    """
    of_run, as_of = measured_run(core.con, run_id)
    catalogue = load_catalogue(core.workspace.technologies_file)
    now = clock.now()
    edition_id = record_edition(core.con, catalogue, now)
    with running(core, "review", clock, as_of=as_of, slot=slot) as run:
        done = Reviewed(run.run_id, of_run, as_of, [])
        done.items, done.held_why = review(core.con, of_run, settings, catalogue)
        if done.proposals and (settings.review.apply if apply is None else apply):
            done.applied_edition_id = apply_proposals(core, done, now)
        _store(core.con, done, edition_id, now)
        run.message = _sentence(done)
        run.publish()
    done.snapshot = run.snapshot
    return done


def apply_proposals(core: Core, done: Reviewed, now: datetime) -> int:
    """Write the proposals into ``technologies.toml``, comments kept, and return the edition that makes.

    Raises CatalogueError, and leaves the file alone, when a status line cannot be changed safely.
    """
    file = core.workspace.technologies_file
    text = read_text(file)
    for item in done.proposals:
        status = "watched" if item.proposal == ADD else "candidate"
        chinese, english = ("加入观察", "Added") if item.proposal == ADD else ("退出观察", "Retired")
        why = f"：{item.finding_zh}" if item.proposal == RETIRE else ""
        because = f": {item.finding_en}." if item.proposal == RETIRE else "."
        reason = f"{now:%Y-%m-%d} 清单复核{chinese}{why}。{english} by the list review of {now:%Y-%m-%d}{because}"
        text = set_status(text, item.technology.id, status, reason, file.name)
    catalogue = parse_catalogue(text, file.name)
    write_text(file, text)
    changes = ", ".join(f"{item.proposal} {item.technology.id}" for item in done.proposals)
    return record_edition(core.con, catalogue, now, note=f"list review {done.review_id}: {changes}")


def _store(con: duckdb.DuckDBPyConnection, done: Reviewed, edition_id: int, now: datetime) -> None:
    """Write the review's rows; a review done again replaces what it had written."""
    header: dict[str, Any] = {
        "review_id": done.review_id,
        "of_run": done.of_run,
        "edition_id": edition_id,
        "as_of": done.as_of,
        "reviewed_at": now,
        "additions": sum(item.proposal == ADD for item in done.items),
        "retirements": sum(item.proposal == RETIRE for item in done.items),
        "held_why": done.held_why,
        "is_applied": done.applied_edition_id is not None,
        "applied_edition_id": done.applied_edition_id,
    }
    with transaction(con):
        for table in ("reviews", "review_items"):
            con.execute(f"DELETE FROM {table} WHERE review_id = ?", [done.review_id])  # noqa: S608
        _insert(con, "reviews", header)
        con.execute(
            "UPDATE reviews SET data_label = (SELECT data_label FROM runs WHERE run_id = of_run) WHERE review_id = ?",
            [done.review_id],
        )
        for item in done.items:
            _insert(con, "review_items", {"review_id": done.review_id, **row_of(item)})


def _insert(con: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any]) -> None:
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    con.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))  # noqa: S608


def row_of(item: ReviewItem) -> dict[str, Any]:
    """Return the columns of ``review_items`` for one item, without the review's number."""
    known = asdict(item.figures)
    known.pop("not_placed_why")
    return {
        "technology_id": item.technology.id,
        "number": item.technology.number,
        "name_zh": item.technology.name_zh,
        "name_en": item.technology.name_en,
        "status": item.technology.status,
        "verdict": item.verdict,
        "proposal": item.proposal,
        **known,
        "findings": item.codes,
        "finding_en": item.finding_en,
        "finding_zh": item.finding_zh,
    }


def _sentence(done: Reviewed) -> str:
    counts = {kind: sum(item.proposal == kind for item in done.items) for kind in (ADD, RETIRE)}
    applied = f"applied as edition {done.applied_edition_id}" if done.applied_edition_id else "not applied"
    message = f"{counts[ADD]} additions and {counts[RETIRE]} retirements proposed"
    return message + (f", {applied}" if done.proposals else "")
