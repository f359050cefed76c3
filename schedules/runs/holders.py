"""Holders of a run: decisions read from holders.toml, the ledger renewed, concentration measured."""

from __future__ import annotations

from dataclasses import astuple
from datetime import date

from analytics.holders.store import measure_holders, renew_ledger, store_decisions
from etl.catalogue.holders import read_decisions
from warehouse.clock import Clock
from warehouse.core import Core
from warehouse.run import running
from warehouse.settings import Settings


def hold_names(core: Core, settings: Settings, run_id: int, as_of: date) -> None:
    """Renew the ledger of names and the concentration of a run. Raises CatalogueError (a fault of holders.toml)."""
    store_decisions(core.con, [astuple(one) for one in read_decisions(core.workspace.holders_file)])
    made = renew_ledger(core.con, as_of, automatic=settings.holders.automatic)
    measure_holders(core.con, run_id, as_of, made)


def apply_decisions(core: Core, settings: Settings, *, clock: Clock) -> int | None:
    """Apply holders.toml to the latest run of the record and publish; return the run, None where there is none."""
    rows = core.con.execute(
        "SELECT run_id, max(as_of) FROM run_placements WHERE origin = 'live' GROUP BY run_id"
        " ORDER BY run_id DESC LIMIT 1"
    ).fetchall()
    if not rows:
        return None
    [(run_id, as_of)] = rows
    with running(core, "holders", clock) as run:
        hold_names(core, settings, run_id, as_of)
        run.message = f"decisions about names applied to run {run_id}"
        run.publish()
    return int(run_id)
