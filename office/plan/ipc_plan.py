"""A classification plan: which subclasses lead the two windows, so that the dynamics terms come out exactly."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from office.plan.ipc_codes import HOME, SUBCLASSES
from office.plan.table2 import Row

TOP = 20


@dataclass(slots=True)
class IpcPlan:
    """Families by main subclass in the two windows. `newcomer` waits below the top list, with a class new to it."""

    earlier: dict[str, int] = field(default_factory=dict)
    later: dict[str, int] = field(default_factory=dict)
    newcomer: str = ""
    newcomer_needs: int = 0  # families the newcomer must gain to enter the later top list
    safe: list[str] = field(
        default_factory=list
    )  # leading subclasses of both windows: more families there move nothing


def _prefixes(codes: list[str], length: int) -> set[str]:
    return {code[:length] for code in codes}


def _meets(row: Row, earlier: list[str], new: list[str]) -> bool:
    wanted = (row.new_sections, row.new_tens, row.new_units, row.new_subclasses)
    return all(len(_prefixes(new, k + 1) - _prefixes(earlier, k + 1)) == wanted[k] for k in range(4))


def _draw_new(row: Row, earlier: list[str], codes: list[str], rng: random.Random) -> list[str] | None:
    """Draw `new_subclasses` codes that are not in `earlier` and bring exactly the wanted new prefixes."""
    sections, tens, units = (_prefixes(earlier, k) for k in (1, 2, 3))
    free = [code for code in codes if code not in earlier and code[0] in sections]
    rng.shuffle(free)
    chosen: list[str] = []

    def take(test: list[str], how_many: int) -> None:
        for code in test:
            if how_many <= 0:
                return
            if code not in chosen:
                chosen.append(code)
                how_many -= 1

    seen_tens: set[str] = set()
    first_of_tens = []
    for code in free:
        if code[:2] not in tens and code[:2] not in seen_tens:
            seen_tens.add(code[:2])
            first_of_tens.append(code)
    take(first_of_tens, row.new_tens)
    seen_units = {code[:3] for code in chosen}
    first_of_units = []
    for code in free:
        if code[:2] in tens and code[:3] not in units and code[:3] not in seen_units:
            seen_units.add(code[:3])
            first_of_units.append(code)
    take(first_of_units, row.new_units - len(chosen))
    known = units | {code[:3] for code in chosen}
    take([code for code in free if code[:3] in known], row.new_subclasses - len(chosen))
    return chosen if _meets(row, earlier, chosen) else None


def _spread(codes: list[str], total: int, least: int, rng: random.Random) -> dict[str, int]:
    """Share `total` families over `codes`, at least `least` each, the first codes getting the most."""
    result = dict.fromkeys(codes, least)
    leaders = codes[: max(3, len(codes) // 3)]
    weights = [1 / (rank + 1.5) for rank in range(len(leaders))]
    for code in rng.choices(leaders, weights, k=total - least * len(codes)):
        result[code] += 1
    return result


def plan(
    row: Row, families_earlier: int, families_later: int, rng: random.Random, barred: tuple[str, ...] = ()
) -> IpcPlan:
    """Return a plan with exactly the row's new prefixes (docs/methods.md, Dynamics), ties at the end of both lists
    included.

    `barred` are classes and subclasses the technology's query excludes.

    Raises ValueError when a window has too few families for 20 subclasses with a tie (fewer than 24).
    """
    if min(families_earlier, families_later) < TOP + 4:
        msg = f"{row.technology}: {families_earlier} and {families_later} families; each window needs {TOP + 4}."
        raise ValueError(msg)
    codes = [code for code in SUBCLASSES if not code.startswith(barred)] if barred else list(SUBCLASSES)
    home = [code for code in HOME[row.technology].split() if code in codes]
    for _ in range(400):
        sections = {code[0] for code in home} | set(rng.sample("ABCDEFGH", rng.randint(0, 4)))
        tens = {code[:2] for code in home} | {f"{section}{rng.choice('0123')}" for section in sorted(sections)}
        others = [code for code in codes if code not in home and code[:2] in tens]
        if len(others) < TOP:
            continue
        earlier = home[:TOP] + rng.sample(others, TOP - len(home[:TOP]))
        new = _draw_new(row, earlier, codes, rng)
        if new is not None and (found := _fill(earlier, new, codes, (families_earlier, families_later), rng)):
            return found
    msg = f"{row.technology}: no classification plan found; the printed terms may contradict each other."
    raise ValueError(msg)


def _fill(
    earlier: list[str], new: list[str], codes: list[str], totals: tuple[int, int], rng: random.Random
) -> IpcPlan | None:
    stay = earlier[: TOP - len(new)]
    least = [2 if total >= 72 else 1 for total in totals]
    last = max(code for code in codes if code not in earlier and code not in new)  # loses every tie by its code
    first = min(code for code in codes if code not in earlier and code not in new)  # loses by the other window
    fresh = [
        code
        for code in codes
        if code[0] in _prefixes(earlier, 1)
        and code[:2] in _prefixes(earlier, 2)
        and code[:3] not in _prefixes(earlier + new, 3)
        and code not in (first, last)
    ]
    if not fresh or last <= max(earlier[TOP - len(new) :], default=""):
        return None
    newcomer = rng.choice(fresh)
    result = IpcPlan(newcomer=newcomer, safe=earlier[:3])
    tail_earlier = {last: least[0]}
    result.earlier = _spread(earlier, totals[0] - sum(tail_earlier.values()), least[0], rng) | tail_earlier
    tail_later = {first: least[1]} | ({newcomer: 1} if least[1] == 2 else {})
    bonus = len(new)  # new leaders are one above the least, so that only codes of both windows tie at the end
    later = _spread(stay + new, totals[1] - sum(tail_later.values()) - bonus, least[1], rng)
    for code in new:
        later[code] += 1
    result.later = later | tail_later
    result.newcomer_needs = least[1] + 1 - tail_later.get(newcomer, 0)
    return result
