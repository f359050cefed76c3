"""docs/methods.md once more, over plain records and without the project's code: what the tests compare with."""

from collections import Counter
from fractions import Fraction
from math import log


def state_at(states, day):
    found = [s for s in states if s["valid_from"] <= day < s["valid_to"]]
    return found[0] if found else None


def belongs(made, technologies, day):
    """technology -> {family: member_from} at `day`."""
    pairs, out = set(technologies), {t: {} for t, _ in technologies}
    for m in made.memberships:
        if (m["technology_id"], m["query_hash"]) in pairs and m["member_from"] <= day:
            known = out[m["technology_id"]]
            known[m["family_key"]] = min(m["member_from"], known.get(m["family_key"], m["member_from"]))
    return out


def citations(made, members, day):
    """(basis, {family: count or None}) of one technology's families."""
    complete = {f["family_key"]: f["cited_by_known"] for f in made.families}
    by_basis = {"edges": {}}
    for key in members:
        mine = [e for e in made.edges if e["cited_family_key"] == key]
        late = any(e["date_basis"] == "received" and e["cited_on"] > day for e in mine)
        if complete[key] and not late:
            by_basis["edges"][key] = sum(e["cited_on"] <= day for e in mine)
        for c in made.counts:
            if c["family_key"] == key and c["count_date"] is not None and c["count_date"] <= day:
                by_basis.setdefault(f"{c['source']}:{c['kind']}", {})[key] = c["citation_count"]
    order = {"edges": 0, "family_count": 1, "member_sum": 2}
    best = min(by_basis, key=lambda b: (-len(by_basis[b]), order[b.split(":")[-1]], b))
    found = by_basis[best]
    return (best if found else None), {key: found.get(key) for key in members}


def country(state, rule, focal):
    """(weight or None, method)."""
    if rule == "fractional":
        listed = state["applicant_countries"]
        return (Fraction(listed.count(focal), len(listed)), "fractional") if listed else (None, "unknown")
    chain = {"default": ["residence", "priority", "office"]}.get(rule, [rule])
    for step in chain:
        if state[f"{step}_country"] is not None:
            return Fraction(int(state[f"{step}_country"] == focal)), step
    return None, "unknown"


def verdicts(unit, since, policy):
    """What each step before the citations says of a family or of one publication: True, False or None."""
    out = []
    if policy.published_before is not None:
        out.append(policy.published_before == "as_of" or since < policy.published_before)
    if policy.applications_and_grants:
        both = policy.include_utility_models
        kinds = [unit["has_patent"], unit["has_utility_model"]] if both else [unit["has_patent"]]
        out.append(True if True in kinds else None if None in kinds else False)
    elif not policy.include_utility_models:
        kinds = [unit["has_patent"], None if unit["has_utility_model"] is None else not unit["has_utility_model"]]
        out.append(True if True in kinds else None if None in kinds else False)
    if policy.in_force:
        out.append(unit["in_force"])
    if policy.no_legal_event:
        events = [unit["has_legal_event"]] + [unit["has_inventor_assignment"]] * policy.inventor_assignments
        out.append(False if True in events else None if None in events else True)
    return out


def units(state, since, policy):
    if policy.order == "families":
        return [verdicts(state, since, policy)]
    return [verdicts(p, max(since, p["published"]), policy) for p in state["publication_states"]]


def passed(found, steps, unknown_passes):
    """Whether one of the units passes the first `steps` steps."""
    return any(all(unknown_passes if v is None else v for v in unit[:steps]) for unit in found)


def is_undecided(found, step, unknown_passes):
    """Whether the family was left, may pass step `step`, surely does not, and would be no less sure without it."""
    if not passed(found, step, unknown_passes) or passed(found, step + 1, False) or not passed(found, step + 1, True):
        return False
    left = [unit for unit in found if passed([unit], step, unknown_passes)]
    return passed(found, step, False) or not any(unit[step] for unit in left)


def screened(made, technologies, day, policy):
    """technology -> (basis, [(state, cited)], funnel [(left, unknown)])."""
    states = {}
    for s in made.states:
        states.setdefault(s["family_key"], []).append(s)
    steps = len(verdicts(made.states[0], day, policy))
    out = {}
    for technology, members in belongs(made, technologies, day).items():
        basis, counts = citations(made, members, day)
        mine = [(state_at(states[k], day), counts[k], members[k]) for k in sorted(members)]
        judged = [(s, c, units(s, since, policy)) for s, c, since in mine]
        funnel = [(len(judged), 0)]
        for step in range(steps):
            unsure = sum(is_undecided(found, step, policy.unknown_passes) for _, _, found in judged)
            funnel.append((sum(passed(found, step + 1, policy.unknown_passes) for _, _, found in judged), unsure))
        rows = [(s, c) for s, c, found in judged if passed(found, steps, policy.unknown_passes)]
        if policy.min_citations:
            enough = [None if c is None else c >= policy.min_citations for _, c in rows]
            rows = [r for r, v in zip(rows, enough, strict=True) if (policy.unknown_passes if v is None else v)]
            funnel.append((len(rows), enough.count(None)))
        out[technology] = basis, rows, funnel
    return out


def shares(rows, rule, focal, names=("applications", "citations", "claims", "pct")):
    """{indicator: (numerator, denominator, known)} of screened rows [(state, cited)]."""
    out = {}
    for name in names:
        numerator, denominator, known = Fraction(0), 0, 0
        for state, cited in rows:
            weight, _ = country(state, rule, focal)
            value = {"applications": 1, "citations": cited, "claims": state["claim_count"], "pct": state["is_pct"],
                     "grants": state["grant_in_force"]}[name]  # fmt: skip
            if weight is None or value is None:
                continue
            known += 1
            numerator += weight * int(value)
            denominator += int(value)
        out[name] = numerator, denominator, known
    return out


def years_ago(day, years):
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def window(state, place, day):
    when = state["filing_date" if place.window_date == "filing" else "priority_date"]
    if when is None or when > day:
        return None
    if place.windows == "fixed":
        first, second = place.earlier, place.later
        return 1 if first[0] <= when.year <= first[1] else 2 if second[0] <= when.year <= second[1] else None
    if when > years_ago(day, 10):
        return 2
    return 1 if when > years_ago(day, 20) else None


def top(counts, other, n):
    return set(sorted(counts, key=lambda c: (-counts[c], -other[c], c))[:n])


def dynamics(rows, place, day):
    """D, or None when a window is empty."""
    counts = {1: Counter(), 2: Counter()}
    for state, _ in rows:
        w = window(state, place, day)
        if w and state["main_subclass"]:
            counts[w][state["main_subclass"]] += 1
    if not counts[1] or not counts[2]:
        return None
    before, now = top(counts[1], counts[2], place.top), top(counts[2], counts[1], place.top)
    return sum((5 - k) * len({c[:k] for c in now} - {c[:k] for c in before}) for k in (1, 2, 3, 4))


def shift(pairs, top_n):
    """(D or None, families before, now, top rows, prefix rows) of {(mapped, stated): (earlier, later)}."""

    def lists(which):
        counts = [Counter(), Counter()]
        for pair, here in pairs.items():
            for w in (0, 1):
                counts[w][pair[which]] += here[w]
        ranked = [
            [c for c in sorted(mine, key=lambda c: (-mine[c], -other[c], c))[:top_n] if mine[c]]
            for mine, other in (counts, counts[::-1])
        ]
        new = {}
        for k in (1, 2, 3, 4):
            for prefix in {c[:k] for c in ranked[1]} - {c[:k] for c in ranked[0]}:
                new[k, prefix] = ",".join(sorted(c for c in ranked[1] if c.startswith(prefix)))
        return counts, ranked, new

    counts, ranked, counted = lists(0)
    _, _, stated = lists(1)
    rows = []
    for (k, p), carriers in counted.items():
        moves = sorted({f"{s}→{m}" for m, s in pairs if m in carriers.split(",") and s != m})
        merged = "rests on merged codes" + (f": {', '.join(moves)}" if moves else "")
        rows.append((k, p, 5 - k, True, None if (k, p) in stated else merged, carriers))
    for (k, p), carriers in stated.items():
        if (k, p) not in counted:
            moves = sorted({f"{s}→{m}" for m, s in pairs if s in carriers.split(",") and s != m})
            reason = "reclassification" + (f": {', '.join(moves)}" if moves else "")
            rows.append((k, p, 5 - k, False, reason, carriers))
    before, now = (sum(c.values()) for c in counts)
    tops = [(w + 1, i, c, counts[w][c]) for w in (0, 1) for i, c in enumerate(ranked[w], start=1)]
    raw = sum(5 - k for k, _ in counted)
    return raw if before and now else None, before, now, tops, sorted(rows, key=lambda r: r[:2])


def weights(matrix):
    """Entropy weights of rows of shares."""
    gains = []
    for column in zip(*matrix, strict=True):
        low, high = min(column), max(column)
        if high == low:
            gains.append(0.0)
            continue
        y = [(x - low) / (high - low) for x in column]
        p = [v / sum(y) for v in y]
        gains.append(1 + sum(v * log(v) for v in p if v > 0) / log(len(column)))
    return [g / sum(gains) for g in gains] if sum(gains) else [1 / len(gains)] * len(gains)
