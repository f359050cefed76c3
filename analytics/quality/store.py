"""Samples, verdicts, seeds and estimates in the warehouse (tables quality_*)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl

import sql
from analytics.matrix.store import append
from analytics.measure.country import NO_COUNTRY
from analytics.measure.query import Connection, relation
from analytics.quality.agreement import Verdicts, agreements, together
from analytics.quality.draw import FOCAL, OTHERS, UNKNOWN, Sample
from analytics.quality.estimates import Estimate, Item, judged_recall, precision, seed_recall, source_recall
from warehouse.core import transaction
from warehouse.frames import frame_of

OFFICES = (NO_COUNTRY, "WO", "EP", "EA", "AP", "OA", "GC")  # publish for several countries


@dataclass(frozen=True, slots=True)
class SampleHead:
    """A stored sample: what it judges, when and with which seed it was drawn, for which focal country."""

    sample_id: int
    technology_id: str
    query_hash: str
    drawn_at: datetime
    seed: int
    focal_country: str


def rows(con: Connection, name: str, values: Mapping[str, Any]) -> pl.DataFrame:
    """Return the rows of ``sql/quality/NAME.sql`` with `values` bound."""
    return frame_of(con.sql(sql.text(f"quality/{name}.sql"), params=dict(values)))


def frame(con: Connection, technology: str, query_hash: str, near: pl.DataFrame) -> pl.DataFrame:
    """Return every family a sample may hold; `near`: family_key, unreturned, excluded, one_clause."""
    with relation(con, "near", near):
        return rows(con, "frame", {"technology": technology, "query": query_hash})


def store_sample(
    con: Connection, technology: str, query_hash: str, sample: Sample, *, seed: int, focal: str, now: datetime
) -> int:
    """Write a drawn sample and return its number."""
    [(number,)] = con.execute("SELECT coalesce(max(sample_id), 0) + 1 FROM quality_samples").fetchall()
    columns = [
        "item", "stratum", "kind", "family_id", "publication_number", "window", "office", "country", "side", "is_linked"
    ]  # fmt: skip
    with transaction(con):
        con.execute(
            "INSERT INTO quality_samples VALUES (?, ?, ?, ?, ?, ?)", [number, technology, query_hash, now, seed, focal]
        )
        append(con, "quality_strata", sample.strata.with_columns(sample_id=pl.lit(number)))
        append(con, "quality_items", sample.items.select(columns).with_columns(sample_id=pl.lit(number)))
    return int(number)


def head_of(con: Connection, sample_id: int) -> SampleHead | None:
    """Return the head of one sample; None: there is none of that number."""
    found = con.execute("FROM quality_samples WHERE sample_id = ?", [sample_id]).fetchall()
    return SampleHead(*found[0]) if found else None


def latest_judged(con: Connection, technology: str, query_hash: str) -> SampleHead | None:
    """Return the newest sample of a query of which something was judged."""
    [(found,)] = con.execute(
        "SELECT max(sample_id) FROM quality_samples WHERE technology_id = ? AND query_hash = ?"
        " AND sample_id IN (SELECT sample_id FROM quality_judgements)",
        [technology, query_hash],
    ).fetchall()
    return None if found is None else head_of(con, found)


def store_verdicts(
    con: Connection, sample_id: int, judge: str, verdicts: Mapping[int, tuple[str, str | None]], now: datetime
) -> None:
    """Write what one judge says of a sample, in place of what he or she said of it before."""
    with transaction(con):
        con.execute("DELETE FROM quality_judgements WHERE sample_id = ? AND judge = ?", [sample_id, judge])
        for item, (verdict, note) in sorted(verdicts.items()):
            con.execute(
                "INSERT INTO quality_judgements VALUES (?, ?, ?, ?, ?, ?)", [sample_id, item, judge, verdict, note, now]
            )


def verdicts_of(con: Connection, sample_id: int) -> dict[str, Verdicts]:
    """Return judge → item → verdict of one sample."""
    out: dict[str, dict[int, str]] = {}
    for judge, item, verdict in con.execute(
        "SELECT judge, item, verdict FROM quality_judgements WHERE sample_id = ? ORDER BY ALL", [sample_id]
    ).fetchall():
        out.setdefault(judge, {})[item] = verdict
    return dict(out)


_ITEM = ("stratum", "kind", "window", "office", "country", "side", "is_linked")


def items_of(con: Connection, sample_id: int) -> list[Item]:
    """Return the families of a sample with what its judges say of them together."""
    said = together(verdicts_of(con, sample_id))
    found = con.execute(
        'SELECT item, stratum, kind, "window", office, country, side, is_linked FROM quality_items WHERE sample_id = ?'
        " ORDER BY item",
        [sample_id],
    ).fetchall()
    return [Item(**dict(zip(_ITEM, row[1:], strict=True)), verdict=said.get(row[0])) for row in found]


def families_of(con: Connection, sample_id: int) -> dict[int, int]:
    """Return stratum → families of a sample."""
    return dict(con.execute("SELECT stratum, families FROM quality_strata WHERE sample_id = ?", [sample_id]).fetchall())


def store_seeds(
    con: Connection, technology: str, name: str, seeds: Sequence[tuple[str, str | None, str | None]], now: datetime
) -> None:
    """Write a list of seeds (as stated, publication number, family id) in place of the list of that name."""
    with transaction(con):
        con.execute("DELETE FROM quality_seeds WHERE technology_id = ? AND list = ?", [technology, name])
        seeded = [(technology, *seed, name, now) for seed in seeds]
        append(con, "quality_seeds", pl.DataFrame(seeded, schema=_SEEDS, orient="row"))


_SEEDS = {
    "technology_id": pl.String, "stated": pl.String, "publication_number": pl.String, "family_id": pl.String,
    "list": pl.String, "given_at": pl.Datetime,
}  # fmt: skip


def side_of(country: str | None, focal: str) -> str:
    """Return whose family it is: focal, others or unknown."""
    return UNKNOWN if country is None else FOCAL if country == focal else OTHERS


def estimates_of(con: Connection, technology: str, query_hash: str, focal: str) -> list[Estimate]:
    """Return every estimate there is of one query: from its newest judged sample, its seeds and its sources."""
    rng = np.random.default_rng(20210601)
    values = {"technology": technology, "query": query_hash}
    out: list[Estimate] = []
    head = latest_judged(con, technology, query_hash)
    if head is not None:
        items, families = items_of(con, head.sample_id), families_of(con, head.sample_id)
        out += [*precision(items, families, rng), *judged_recall(items, families, rng)]
    seeds = rows(con, "seeds", {**values, "no_country": list(OFFICES)})
    out += seed_recall([(bool(r["is_found"]), side_of(r["country"], focal)) for r in seeds.to_dicts()], rng)
    captured = rows(con, "captures", values).to_dicts()
    out += source_recall([(frozenset(r["sources"]), side_of(r["country"], focal)) for r in captured], rng)
    return out


def store_estimates(
    con: Connection, technology: str, query_hash: str, estimates: Sequence[Estimate], now: datetime
) -> None:
    """Write the estimates of one query in place of those it had, and the agreement of the judges of its sample."""
    head = latest_judged(con, technology, query_hash)
    sample_id = None if head is None else head.sample_id
    found = [_row(one, technology, query_hash, sample_id, now) for one in estimates]
    with transaction(con):
        con.execute(
            "DELETE FROM quality_estimates WHERE technology_id = ? AND query_hash = ?", [technology, query_hash]
        )
        append(con, "quality_estimates", pl.DataFrame(found, infer_schema_length=None))
        if sample_id is not None:
            con.execute("DELETE FROM quality_agreement WHERE sample_id = ?", [sample_id])
            for pair in agreements(verdicts_of(con, sample_id)):
                con.execute(
                    "INSERT INTO quality_agreement VALUES (?, ?, ?, ?, ?, ?)",
                    [sample_id, pair.first, pair.second, pair.items, pair.agreed, pair.kappa],
                )


def _row(one: Estimate, technology: str, query_hash: str, sample_id: int | None, now: datetime) -> dict[str, Any]:
    is_judged = one.basis in ("judged", "near", "neighbours")
    return {
        "technology_id": technology, "query_hash": query_hash, "measure": one.measure, "basis": one.basis,
        "dimension": one.dimension, "value_of": one.value_of, "estimate": one.estimate, "low": one.low,
        "high": one.high, "exact_low": one.exact[0] if one.exact else None,
        "exact_high": one.exact[1] if one.exact else None, "if_unsure_no": one.if_unsure_no,
        "if_unsure_yes": one.if_unsure_yes, "decided": one.decided, "yes": one.yes, "unsure": one.unsure,
        "families": float(one.families), "effective": one.effective, "coverage": one.coverage,
        "assumption": one.assumption, "sample_id": sample_id if is_judged else None, "estimated_at": now,
    }  # fmt: skip
