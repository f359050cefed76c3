"""Who cites whom: forward counts that meet the printed share, a main path, and a trend of foreign dependence.

The network of one technology has four layers, so that the planted main path is the only longest way through it
(docs/methods.md, Network): foundations, which cite only documents outside; the chain itself, each link citing the one
before and some foundations; followers, which cite foundations and the chain; and terminals, never cited before the
first date, which cite all of them. Citing families of the focal country go abroad less and less often as years pass.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from office.corpus.population import LAST_BEFORE_T0, T0, Maker
from office.plan.model import Citation, Family, Publication

CHAIN = 10
_CATEGORIES = ("X", "Y", "A", "D")


@dataclass(slots=True)
class Network:
    """The layers of one technology (positions in the corpus) and the citation pairs made so far."""

    chain: list[int]
    foundations: list[int] = field(default_factory=list)
    followers: list[int] = field(default_factory=list)
    terminals: list[int] = field(default_factory=list)
    pairs: set[tuple[int, int]] = field(default_factory=set)


def foreign_weight(citing: Family, cited: Family, on: date) -> float:
    """Weight of a citation in a citing family of the focal country: abroad falls from 4:1 (2005) to 1:2 (2021)."""
    if citing.country != "CN":
        return 1.0
    years = min(max(on.year - 2005, 0), 16) / 16
    abroad = 4.0 * (1 - years) + 0.5 * years
    return 1.0 if cited.country == "CN" else abroad


def cite(citing: Publication, cited: Publication, rng: random.Random) -> None:
    """Let one publication cite another, once."""
    if all(one.cited != cited.key for one in citing.cites):
        citing.cites.append(Citation(cited.key, rng.choice(("SEA", "APP", "EXA")), rng.choice(_CATEGORIES)))


def link(families: list[Family], cited: int, citing: int, rng: random.Random, before: date = LAST_BEFORE_T0) -> None:
    """Make family `citing` cite family `cited`, from its earliest publication; sometimes twice, which counts once."""
    target = families[cited]
    later = sorted((p for p in families[citing].publications if p.date <= before), key=lambda p: p.date)
    first = min(target.publications, key=lambda p: p.date)
    cite(later[0], first, rng)
    if len(later) > 1 and rng.random() < 0.15:
        known = [p for p in target.publications if p.date < later[-1].date]
        cite(later[-1], rng.choice(known), rng)


def _layers(maker: Maker) -> Network:
    mine = [f for f in maker.families if f.technologies == (maker.row.technology,)]
    by_date = sorted((f for f in mine if f.role == "counted"), key=lambda f: (f.first_date, f.index))
    early = [f for f in by_date if f.publications[0].on_lens and f.first_date < date(2020, 1, 1)]
    # Spread over the years; no two links on one day.
    step = (len(early) - 6) / CHAIN
    chain = [early[int(3 + step * at)] for at in range(CHAIN)]
    for before, after in pairwise(chain):
        if before.first_date >= after.first_date:
            msg = (
                f"{maker.row.technology}: the planted main path has two links on one day; choose another size or seed."
            )
            raise ValueError(msg)
    links = {f.index for f in chain}
    net = Network([f.index for f in chain])
    for at, one in enumerate(f for f in by_date if f.index not in links):
        late_enough = one.first_date > chain[2].first_date
        (net.followers if at % 3 == 0 and late_enough else net.foundations).append(one.index)
    cited_too = {"inactive", "event"} if maker.events_need_legal else {"inactive"}
    net.foundations += [f.index for f in mine if f.role in cited_too]
    net.terminals = [f.index for f in mine if f.role in {"uncited", "utility"}]
    return net


def _add(maker: Maker, net: Network, cited: int, citing: int) -> bool:
    if (cited, citing) in net.pairs or cited == citing:
        return False
    net.pairs.add((cited, citing))
    link(maker.families, cited, citing, maker.rng)
    return True


def _may_cite(maker: Maker, cited: int, rank: dict[int, int]) -> list[int]:
    """Return the families that may cite `cited`: published later and in a higher layer."""
    after = maker.families[cited].first_date
    layer = rank[cited]
    found = []
    for citing, other in rank.items():
        if other > layer and other != 1 and after < maker.families[citing].first_date <= LAST_BEFORE_T0:
            found.append(citing)
    return found


def _targets(maker: Maker, net: Network, room: dict[int, int]) -> dict[int, int]:
    """Return how often each counted family is cited: at least once, the focal total as near the share as can be."""
    rng = maker.rng
    counted = [
        f for f in (maker.families[i] for i in (*net.chain, *net.foundations, *net.followers)) if f.role == "counted"
    ]
    last = net.chain[-1]
    links = set(net.chain) - {last}  # each is cited a few times, so that the way along the chain stays the widest
    wanted = {f.index: min(room[f.index], 3) if f.index in links else 1 for f in counted}
    ours = [f.index for f in counted if f.country == "CN" and f.index != last]
    others = [f.index for f in counted if f.country != "CN" and f.index != last]
    extra_ours = 1 if maker.families[last].country == "CN" else 0
    share = maker.row.citations

    def spend(pool: list[int], total: int) -> int:
        """Raise the counts in `pool` to `total` within their room; return what was reached."""
        reached = sum(wanted[i] for i in pool)
        open_to = [i for i in pool if wanted[i] < room[i]]
        while reached < total and open_to:
            at = open_to[min(int(rng.expovariate(3.0 / max(len(open_to), 1))), len(open_to) - 1)]
            wanted[at] += 1
            reached += 1
            if wanted[at] >= room[at]:
                open_to.remove(at)
        return reached

    foreign = spend(others, max(len(others), round(len(others) * 2.4))) + (1 - extra_ours)
    floor_ours = sum(wanted[i] for i in ours) + extra_ours
    least = max(foreign, int(floor_ours * (1 - share) / share) + 1)
    best = min(range(least, least + 60), key=lambda total: (round(_miss(share, total), 9), total))
    foreign = spend(others, best - (1 - extra_ours)) + (1 - extra_ours)
    spend(ours, round(share / (1 - share) * foreign) - extra_ours)
    return wanted


def _miss(share: float, others: int) -> float:
    ours = round(share / (1 - share) * others)
    return abs(ours / (ours + others) - share)


def connect(maker: Maker) -> Network:
    """Add all citations visible at the first date; return the layers."""
    net = _layers(maker)
    layers = (net.foundations, net.chain, net.followers, net.terminals)
    rank = {i: layer for layer, members in enumerate(layers) for i in members}
    candidates = {i: _may_cite(maker, i, rank) for i in rank}
    _chain(maker, net)
    for i in net.chain[CHAIN // 2 :]:  # late links are cited by terminals only: no follower opens a wider way
        candidates[i] = [one for one in candidates[i] if rank[one] == 3]
    most = {0: 25, 1: 25, 2: 6, 3: 0}
    wanted = _targets(maker, net, {i: min(len(c), most[rank[i]]) for i, c in candidates.items()})
    for i in net.foundations:
        if maker.families[i].role != "counted":
            wanted[i] = maker.rng.randint(1, 3)
    have: dict[int, int] = {}
    for cited, _citing in net.pairs:
        have[cited] = have.get(cited, 0) + 1
    for cited, total in wanted.items():
        _fill(maker, net, cited, total - have.get(cited, 0), candidates[cited])
    _outside(maker, net)
    return net


def _chain(maker: Maker, net: Network) -> None:
    for before, after in pairwise(net.chain):
        _add(maker, net, before, after)
    for at, one in enumerate(net.chain[2:], start=2):  # feeders, so that the way through the chain is the widest
        first = maker.families[one].first_date
        pool = [
            i for i in net.foundations if maker.families[i].first_date < first and maker.families[i].role == "counted"
        ]
        feeders = [i for i in pool if not any(pair[0] == i for pair in net.pairs)]
        for i in maker.rng.sample(feeders, min(2 if at < CHAIN - 1 else 1, len(feeders))):
            _add(maker, net, i, one)


def _fill(maker: Maker, net: Network, cited: int, number: int, candidates: list[int]) -> None:
    """Draw `number` further citing families, without replacement, weighted by the dependence trend."""
    rng, families = maker.rng, maker.families
    pool = [i for i in candidates if (cited, i) not in net.pairs and i not in net.chain]
    weights = [foreign_weight(families[i], families[cited], families[i].first_date) for i in pool]
    keyed = sorted(((rng.random() ** (1 / w), i) for i, w in zip(pool, weights, strict=True)), reverse=True)
    if len(keyed) < number:
        msg = f"{maker.row.technology}: family {cited} needs {number} more citing families, {len(keyed)} may cite it."
        raise ValueError(msg)
    for _, citing in keyed[:number]:
        _add(maker, net, cited, citing)


def _outside(maker: Maker, net: Network) -> None:
    """Let some families cite documents no query returns: they leave the harvested set, and are kept as such."""
    rng = maker.rng
    for i in (*net.foundations, *net.followers):
        family = maker.families[i]
        if rng.random() < 0.25:
            first = min(family.publications, key=lambda p: p.date)
            office, kind = rng.choice((("US", "A"), ("JP", "A"), ("DE", "A1"), ("CN", "A")))
            number = {"US": 3900000, "JP": 1990900000, "DE": 3900000, "CN": 1090000}[office] + rng.randint(1, 80000)
            first.cites.append(Citation(f"{office}-{number}-{kind}", "SEA", "A"))


__all__ = ["CHAIN", "T0", "Network", "cite", "connect", "link"]
