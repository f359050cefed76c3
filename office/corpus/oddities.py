"""Records that try a program: hits the text does not bear out, corrections, withdrawals."""

from __future__ import annotations

from datetime import date

from office.corpus.network import link
from office.corpus.population import Maker
from office.plan.model import Family, Planned, Publication
from office.plan.offices import days, publish

CORRECTED_ON, WITHDRAWN_ON = date(2021, 7, 15), date(2021, 8, 15)
STRAYS = 2


def add_strays(maker: Maker, terminals: list[int]) -> list[str]:
    """Add families both services return for the query although their text does not satisfy it; return their numbers.

    The services' index holds another wording than the record (as stemming and translated full text make it happen).
    Each is in force and cited, so that only the local evaluation keeps it out of the figures.
    """
    found = []
    latest = max(terminals, key=lambda i: maker.families[i].first_date)
    for _ in range(STRAYS):
        filed = date(2014, 3, 1) + days(maker.rng, 0, 400)
        made = publish("CN", filed, filed + days(maker.rng, 330, 500), None, 8, maker.serials)
        family = maker.family("stray", "CN", maker.plan.safe[0], filed, made)
        family.searched_as = (family.title_en, family.title_zh, family.abstract, family.ipc)
        family.title_en = "Arrangement of unrelated parts"
        family.title_zh = f"一种合成示例{family.index}"
        family.abstract = f"Synthetic record {family.index} whose text names none of the terms it was found by."
        family.claims_text = "An arrangement"
        family.ipc = ["G09B19/00"]
        link(maker.families, family.index, latest, maker.rng)
        found.append(made[0].key)
    return found


def correct_and_withdraw(maker: Maker, terminals: list[int]) -> list[Planned]:
    """Correct the titles of two late publications and withdraw one more family; no figure depends on them."""
    late = [
        f for f in (maker.families[i] for i in terminals) if f.first_date > date(2021, 3, 20) and f.role == "uncited"
    ]
    plan = []
    for family in late[:2]:
        one = family.publications[0]
        one.corrected_on = CORRECTED_ON
        one.corrected_title = f"{family.title_en} (corrected)"
        plan.append(_planned(family, one, "correction", CORRECTED_ON, "The title is corrected; no figure changes."))
    filed = date(2019, 11, 4)
    made = publish("CN", filed, date(2021, 5, 5), None, 7, maker.serials)
    family = maker.family("uncited", "CN", maker.plan.safe[0], filed, made)
    for one in made:
        one.withdrawn_on = WITHDRAWN_ON
    plan.append(
        _planned(family, made[0], "withdrawal", WITHDRAWN_ON, "Neither service shows it any more; it never counted.")
    )
    return plan


def _planned(family: Family, one: Publication, kind: str, on: date, note: str) -> Planned:
    return Planned(family.technologies[0], kind, on, "none", "", "", f"{one.key}: {note}")


__all__ = ["CORRECTED_ON", "WITHDRAWN_ON", "add_strays", "correct_and_withdraw"]
