"""What happens after the first date: families join month by month, some technologies move, some only seem to.

A family joins when it is cited for the first time. Each month's new families are published in its first days and all
are cited by one utility model published after the 18th, so that a technology's figures change on one known day a
month. The utility model's further citations steer the citations share. Planned happenings (`Planned`; each begins
within the twelve months from October 2021):

- battery-separator crosses the dynamics line (挖壕 → 卡位) by a subclass new to its later top list: a move;
- acceleration-sensor rises over the capability line (挖壕 → 攻坚): a move;
- chip swings about the capability line by less than a hundredth for a year: a flapper, not a move;
- common-rail's own shift widens the range of dynamics, which alone puts vacuum-evaporation-machine under the line in
  the relative frame and not in the anchored one: a non-move.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from office.corpus.expected import expected_one
from office.corpus.network import cite
from office.corpus.population import T0, Maker
from office.corpus.tally import Tally, weights_of
from office.plan.holders import foreign_country
from office.plan.model import Family, Planned, Publication
from office.plan.offices import publish, utility_model

MONTHS = 36  # from June 2021
SEPARATOR, RAIL = (2021, 10), (2022, 9)
CHIP_SAFE, CHIP_HIGH, CHIP_LOW = 0.508, 0.5035, 0.4965
FLAPS = ((2022, 7), (2023, 6))
RISE = {(2022, 7): 0.52, (2022, 8): 0.535}
RISEN = 0.545
NEWCOMERS = 8


@dataclass(slots=True)
class _Month:
    year: int
    month: int

    @property
    def key(self) -> tuple[int, int]:
        return self.year, self.month

    @property
    def joins(self) -> date:
        """The day from which the month's families count: the Friday on or after the 18th."""
        day = date(self.year, self.month, 18)
        return day + timedelta(days=(4 - day.weekday()) % 7)


def months() -> list[_Month]:
    """Return the months of the planned future."""
    return [_Month(2021 + (5 + at) // 12, (5 + at) % 12 + 1) for at in range(MONTHS)]


def joining_day(year: int, month: int) -> date:
    """Return the day of a month from which that month's new families count."""
    return _Month(year, month).joins


class _Grower:
    """Adds families to one technology, a month at a time."""

    def __init__(self, maker: Maker) -> None:
        self.maker = maker
        self.name = maker.row.technology
        mine = [f for f in maker.families if f.technologies == (self.name,)]
        self.counted = [f.index for f in mine if f.role == "counted"]
        self.tally = Tally.of(expected_one(mine, self.name, maker.row.number, T0))
        self.base = self.tally.shares
        self.usual = max(1, round(maker.counts.families * 0.008))

    def target(self, when: tuple[int, int], weights: list[float]) -> tuple[float, int]:
        """Return (shift of all four shares from the first date's, how many families may join at most)."""
        start = sum(w * x for w, x in zip(weights, self.base, strict=True))
        if self.name == "acceleration-sensor" and when >= min(RISE):
            return RISE.get(when, RISEN) - start, self.maker.counts.families // 3
        if self.name == "chip":
            wanted = CHIP_SAFE
            if FLAPS[0] <= when <= FLAPS[1]:
                wanted = CHIP_LOW if when[1] % 2 == FLAPS[0][1] % 2 else CHIP_HIGH
            return wanted - start, max(6, self.maker.counts.families // 12)
        return 0.0, self.usual

    def grow(self, month: _Month, weights: list[float]) -> None:
        """Add the month's families and the utility model that cites them."""
        shift, most = self.target(month.key, weights)
        goal = [share + shift for share in self.base]
        newcomer = (self.name, month.key) in {("battery-separator", SEPARATOR), ("common-rail", RAIL)}
        joined: list[Family] = []
        while len(joined) < (NEWCOMERS if newcomer else self.usual) or (
            len(joined) < most and self.tally.miss(0, 0, False, goal[0]) > 0.6 / self.tally.total[0]
        ):
            subclass = self.maker.plan.newcomer if newcomer else self.maker.rng.choice(self.maker.plan.safe)
            joined.append(self._join(month, goal, subclass))
        self._cite(month, joined, sum(w * x for w, x in zip(weights, goal, strict=True)), weights)

    def _join(self, month: _Month, goal: list[float], subclass: str) -> Family:
        maker, tally, rng = self.maker, self.tally, self.maker.rng
        focal = tally.wants_focal(0, goal[0])
        country = "CN" if focal else foreign_country(rng)
        pct = self.name != "chip" and tally.wants_pct(focal, goal[3])
        claims = tally.claims(focal, goal[2], rng)
        first = date(month.year, month.month, 1)
        filed = first - timedelta(days=545)
        made = publish(country, filed, first, None, claims, maker.serials)
        if pct:
            made += publish("WO", filed + timedelta(days=300), first, None, claims, maker.serials, country)
        family = maker.family("joining", country, subclass, filed, made)
        tally.add(0, 1, focal)
        tally.add(2, claims, focal)
        if pct:
            tally.add(3, 1, focal)
        return family

    def _cite(self, month: _Month, joined: list[Family], capability: float, weights: list[float]) -> None:
        maker, tally, rng = self.maker, self.tally, self.maker.rng
        model = utility_model(month.joins - timedelta(days=240), month.joins, rng.randint(3, 9), maker.serials)
        maker.family("citer", "CN", rng.choice(maker.plan.safe), model.filing_date, [model])
        for family in joined:
            cite(model, first_publication(family), rng)
            tally.add(1, 1, family.country == "CN")
        pool = rng.sample(self.counted, len(self.counted))
        ours = [i for i in pool if maker.families[i].country == "CN"]
        others = [i for i in pool if maker.families[i].country != "CN"]
        for _ in range(min(60, len(pool) // 3)):
            gap = tally.capability(weights) - capability
            step = weights[1] / tally.total[1]
            if abs(gap) <= step * 0.6:
                break
            chosen = ours if gap < 0 else others
            if not chosen:
                break
            cite(model, first_publication(maker.families[chosen.pop()]), rng)
            tally.add(1, 1, gap < 0)
        self.counted += [family.index for family in joined]


def first_publication(family: Family) -> Publication:
    """Return the earliest publication of a family."""
    return min(family.publications, key=lambda p: (p.date, p.country, p.number))


def evolve(makers: list[Maker]) -> list[Planned]:
    """Add everything that happens after the first date; return the plan. Chip goes last: it is steered most finely."""
    growers = sorted((_Grower(maker) for maker in makers), key=lambda g: g.name == "chip")
    for month in months():
        for grower in growers:
            grower.grow(month, weights_of([g.tally for g in growers]))
    return _plan()


def _plan() -> list[Planned]:
    plan = [
        Planned(
            "battery-separator", "move", joining_day(*SEPARATOR), "both", "entrench", "position",
            "A subclass new to the later window's top 20 (a new class with it): D goes from 18/37 to 21/37.",
        ),
        Planned(
            "acceleration-sensor", "move", joining_day(*min(RISE)), "both", "entrench", "assault",
            "The focal country's four shares rise: K crosses 0.5 and goes on to about 0.545.",
        ),
        Planned(
            "vacuum-evaporation-machine", "non_move", joining_day(*RAIL), "relative", "disrupt", "assault",
            "Only the range moves (common-rail's own shift): not a move in the anchored frame.",
        ),
    ]  # fmt: skip
    for month in months():
        if FLAPS[0] <= month.key <= FLAPS[1]:
            low = month.month % 2 == FLAPS[0][1] % 2
            from_to = ("assault", "entrench") if low else ("entrench", "assault")
            plan.append(Planned("chip", "flapper", month.joins, "both", *from_to, "K swings about 0.5 by under 0.01."))
    return plan
