"""Whether a publication's family is a PCT family: one rule for every source (docs/methods.md, Capability)."""

from __future__ import annotations

from collections.abc import Iterable


def is_pct(
    authority: str,
    applications: Iterable[str | None] = (),
    *,
    states_pct: bool = False,
    member_offices: Iterable[str] = (),
    is_complete: bool = False,
) -> bool | None:
    """Return true, false or None (unknown) from what one record says of itself and of its simple family.

    True: a WO publication, a PCT application among `applications` (its own and those it claims: ``WO-US1995004489``), a
    PCT number or application kind W (`states_pct`), or WO among the offices of the family's members. False: the members
    are listed completely (`is_complete`) and none is of WO. Anything less is unknown: who did not look says nothing.
    """
    offices = set(member_offices)
    if authority == "WO" or states_pct or "WO" in offices:
        return True
    if any(number is not None and number.startswith("WO-") for number in applications):
        return True
    return False if is_complete and offices else None
