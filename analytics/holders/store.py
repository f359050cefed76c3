"""The ledger of names and the concentration of a run, in the warehouse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

import sql
from analytics.holders.concentration import Concentration, Held, concentration
from analytics.holders.ledger import Beside, Decisions, Ledger, Proposal, ledger, proposals
from analytics.matrix.store import append, forget
from analytics.measure.query import Connection
from warehouse.core import transaction
from warehouse.frames import frame_of

TABLES = ("run_holders", "run_concentration")


def _rows(con: Connection, name: str, values: Mapping[str, Any] | None = None) -> pl.DataFrame:
    return frame_of(con.sql(sql.text(f"holders/{name}.sql"), params=dict(values or {})))


def stored_decisions(con: Connection) -> Decisions:
    """Return the decisions in the warehouse, as the last placement read them from holders.toml."""
    same: dict[str, str] = {}
    split: set[str] = set()
    apart: dict[int, list[str]] = {}
    for kind, number, name, folded, holder in con.execute(
        'SELECT kind, decision, "name", folded_name, holder FROM holder_decisions ORDER BY ALL'
    ).fetchall():
        if kind == "same":
            same[folded] = holder
        elif kind == "split":
            split.add(name)
        else:
            apart.setdefault(number, []).append(folded)
    pairs = {frozenset((a, b)) for names in apart.values() for a in names for b in names if a != b}
    return Decisions(same, frozenset(split), frozenset(pairs))


def store_decisions(con: Connection, decisions: Sequence[tuple[str, int, str, str, str, str | None]]) -> None:
    """Write decisions (kind, decision, name, folded_name, holder, note) in place of all that were there."""
    schema = ["kind", "decision", "name", "folded_name", "holder", "note"]
    types = {name: pl.Int64 if name == "decision" else pl.String for name in schema}
    with transaction(con):
        con.execute("DELETE FROM holder_decisions")
        append(con, "holder_decisions", pl.DataFrame(list(decisions), schema=types, orient="row"))


def renew_ledger(con: Connection, as_of: date, *, automatic: bool) -> Ledger:
    """Propose again, write holder_proposals and holder_names, and return the ledger that the decisions make."""
    decisions = stored_decisions(con)
    first = _rows(con, "first_applicants", {"as_of": as_of})
    families = dict(first.group_by("folded_name").len().rows())
    beside = [Beside(*row) for row in _rows(con, "side_by_side").rows()]
    for one in beside:  # names that are never first applicants are proposed too
        families.setdefault(one.first, 0)
        families.setdefault(one.second, 0)
    found = proposals(families, beside, decisions, automatic=automatic)
    made = ledger(decisions, found)
    with transaction(con):
        con.execute("DELETE FROM holder_proposals")
        append(con, "holder_proposals", pl.DataFrame(_proposal_rows(found), infer_schema_length=None))
        con.execute("DELETE FROM holder_names")
        append(con, "holder_names", pl.DataFrame(_name_rows(first, made), infer_schema_length=None))
    return made


def _proposal_rows(found: Sequence[Proposal]) -> list[dict[str, Any]]:
    return [
        {
            "first_name": p.first, "second_name": p.second, "reason": p.reason, "first_families": p.first_families,
            "second_families": p.second_families, "together": p.together, "share": p.share, "is_large": p.is_large,
            "state": p.state,
        }
        for p in found
    ]  # fmt: skip


def _name_rows(first: pl.DataFrame, made: Ledger) -> list[dict[str, Any]]:
    """Return one row a folded name (one a spelling where a decision split it), with the rank of its holder."""
    out: dict[tuple[str, bool], dict[str, Any]] = {}
    totals: Counter[str] = Counter()
    table = first.group_by("name", "folded_name").len().sort("name", "folded_name")
    for stated, folded, number in table.rows():
        holder, settled_by = made.holder(stated, folded)
        totals[holder] += number
        is_stated = stated in made.split
        row = out.setdefault(
            (stated if is_stated else folded, is_stated),
            {"name": stated if is_stated else folded, "is_stated": is_stated, "holder": holder,
             "settled_by": settled_by, "spellings": 0, "example": stated, "families": 0},
        )  # fmt: skip
        row["spellings"] += 1
        row["families"] += number
    order = {holder: at for at, holder in enumerate(sorted(totals, key=lambda h: (-totals[h], h)), 1)}
    return [{**row, "rank": order[row["holder"]]} for _, row in sorted(out.items())]


def measure_holders(con: Connection, run_id: int, as_of: date, made: Ledger) -> dict[str, Concentration]:
    """Write run_holders and run_concentration of a run whose families are kept, and return what was measured."""
    first = {
        key: made.holder(stated, folded)[0]
        for key, stated, folded in _rows(con, "first_applicants", {"as_of": as_of}).rows()
    }
    held: dict[str, list[Held]] = {}
    for technology, key, country, citations in con.execute(
        "SELECT technology_id, family_key, country, forward_citations FROM run_families WHERE run_id = ?"
        " ORDER BY technology_id, family_key",
        [run_id],
    ).fetchall():
        held.setdefault(technology, []).append(Held(first.get(key), country, citations))
    found = {technology: concentration(families) for technology, families in held.items()}
    with transaction(con):
        forget(con, [run_id], TABLES)
        append(con, "run_holders", pl.DataFrame(_top_rows(run_id, found), infer_schema_length=None))
        append(con, "run_concentration", pl.DataFrame(_rows_of(run_id, found), infer_schema_length=None))
    return found


def _top_rows(run_id: int, found: Mapping[str, Concentration]) -> list[dict[str, Any]]:
    return [
        {
            "run_id": run_id, "technology_id": technology, "rank": top.rank, "holder": top.holder,
            "country": top.country, "families": top.families, "share": top.share, "top_cited": top.top_cited,
        }
        for technology, one in found.items() for top in one.largest
    ]  # fmt: skip


def _rows_of(run_id: int, found: Mapping[str, Concentration]) -> list[dict[str, Any]]:
    return [
        {
            "run_id": run_id, "technology_id": technology, "families": one.families, "holder_known": one.holder_known,
            "holders": one.holders, "hhi": one.hhi, "effective_holders": 1 / one.hhi if one.hhi else None,
            **{f"top{n}_share": share for n, share in one.shares.items()},
            "country_known": one.lead.known, "lead_country": one.lead.country, "lead_share": one.lead.share,
            "second_country": one.lead.second, "second_share": one.lead.second_share, "lead_ratio": one.lead.ratio,
            "top_cited": one.top_cited, "top_cited_known": one.top_lead.known,
            "top_lead_country": one.top_lead.country, "top_lead_share": one.top_lead.share,
            "top_second_country": one.top_lead.second, "top_second_share": one.top_lead.second_share,
            "top_lead_ratio": one.top_lead.ratio, "top_holders": one.top_holders,
            "top_holders_in_lead": one.top_holders_in_lead, "risk": one.risk,
        }
        for technology, one in found.items()
    ]  # fmt: skip
