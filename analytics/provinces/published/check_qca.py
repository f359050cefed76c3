"""What printed fsQCA tables determine: sums of sets (Table 4), bounds on coverages and overlaps of paths (Table 5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from analytics.provinces.published.findings import Finding, Verdict, overlap
from analytics.provinces.published.tables import SIDES, Printed, PrintedPath, Published, Side

Range = tuple[float, float]
OUTCOME_SET: dict[Side, str] = {"high": "Y", "low": "~Y"}


def negation(literal: str) -> str:
    """Return ``~A`` for ``A`` and ``A`` for ``~A``."""
    return literal.removeprefix("~") if literal.startswith("~") else f"~{literal}"


def _quotient(a: Printed, b: Printed) -> Range:
    return a.low / b.high, a.high / b.low


def outcome_sums(study: Published, side: Side) -> dict[str, Range]:
    """Range of the outcome's set sum that each condition's pair of rows determines.

    consistency/coverage of a literal is Σx/Σy; a condition and its negation add up to the number of cases N, so
    Σy = N / (c/v + c′/v′).
    """
    found: dict[str, Range] = {}
    table = study.necessity.get(side, {})
    for name in table:
        pair = [table[name], table.get(negation(name), {})]
        if study.cases is None or name.startswith("~") or not all({"consistency", "coverage"} <= set(p) for p in pair):
            continue
        if any(p["coverage"].low <= 0 for p in pair):
            continue
        parts = [_quotient(p["consistency"], p["coverage"]) for p in pair]
        found[name] = study.cases / sum(p[1] for p in parts), study.cases / sum(p[0] for p in parts)
    return found


def _meet(ranges: Mapping[str, Range]) -> Range | None:
    low, high = max(r[0] for r in ranges.values()), min(r[1] for r in ranges.values())
    return (low, high) if low <= high + 1e-9 else None


def check_qca(study: Published) -> Iterator[Finding]:
    """Yield what the necessity table and the configurations determine."""
    sums = {side: outcome_sums(study, side) for side in SIDES}
    known: dict[Side, Range] = {}
    for side in SIDES:
        if sums[side]:
            meeting = _meet(sums[side])
            yield _one_sum(side, sums[side], meeting)
            if meeting is not None:
                known[side] = meeting
    if len(known) == 2 and study.cases is not None:
        yield _whole(known, study.cases)
        yield from _set_sums(study, known)
    for side in SIDES:
        paths = [p for p in study.paths if p.side == side]
        yield from _bounds(study, side, paths, known.get(side))
        yield from _solution(study, side, paths)


def _one_sum(side: Side, sums: Mapping[str, Range], meeting: Range | None) -> Finding:
    middle = {name: (low + high) / 2 for name, (low, high) in sums.items()}
    each = ", ".join(f"{n} {v:.4f}" for n, v in middle.items())
    y, verdict = OUTCOME_SET[side], "agrees" if meeting is not None else "cannot be true"
    value = "no common value" if meeting is None else f"{sum(meeting) / 2:.4f}"
    return Finding(
        f"necessity {side}", f"Σ{y} from every condition", verdict, f"{len(sums)} conditions", value,  # type: ignore[arg-type]
        f"Σ{y} from each condition's rows: {each}: {value}.", f"由各条件推得 Σ{y}：{each}。",
    )  # fmt: skip


def _whole(known: Mapping[Side, Range], cases: int) -> Finding:
    low, high = sum(r[0] for r in known.values()), sum(r[1] for r in known.values())
    fits = overlap(low, high, cases, cases)
    return Finding(
        "necessity", "ΣY + Σ~Y = number of cases", "agrees" if fits else "cannot be true", str(cases),
        f"{(low + high) / 2:.5f}", f"ΣY + Σ~Y is {(low + high) / 2:.5f} for {cases} cases.",
        f"ΣY + Σ~Y 为 {(low + high) / 2:.5f}，案例数为 {cases}。",
    )  # fmt: skip


def _set_sums(study: Published, known: Mapping[Side, Range]) -> Iterator[Finding]:
    for name in study.necessity["high"]:
        ranges: dict[str, Range] = {}
        for side in SIDES:
            row = study.necessity[side].get(name, {})
            if {"consistency", "coverage"} <= set(row) and row["coverage"].low > 0:
                low, high = _quotient(row["consistency"], row["coverage"])
                ranges[side] = low * known[side][0], high * known[side][1]
        if len(ranges) == 2:
            meeting = _meet(ranges)
            both = " / ".join(f"{(low + high) / 2:.4f}" for low, high in ranges.values())
            yield Finding(
                f"necessity {name}", f"Σ{name} from both outcomes", "agrees" if meeting else "cannot be true", "", both,
                f"Σ{name} from the rows of Y and of ~Y: {both}.", f"由 Y 与 ~Y 两列推得 Σ{name}：{both}。",
            )  # fmt: skip


def _caps(study: Published, side: Side, path: PrintedPath) -> list[tuple[float, str]]:
    """Upper bounds on a path's raw coverage: a path lies inside each of its literals."""
    table = study.necessity.get(side, {})
    return sorted((table[n]["consistency"].high, n) for n in path.literals if "consistency" in table.get(n, {}))


def _bounds(study: Published, side: Side, paths: list[PrintedPath], total: Range | None) -> Iterator[Finding]:
    for path in paths:
        raw = path.figures.get("raw_coverage")
        caps = _caps(study, side, path)
        if raw is None or not caps:
            continue
        cap, name = caps[0]
        broken = [n for c, n in caps if raw.low > c]
        verdict: Verdict = "cannot be true" if broken else "agrees"
        en = (
            f"{path.name} contains {name}, so its raw coverage cannot exceed that condition's necessity consistency "
            f"{cap:.6f}; printed {raw.value:g}."
        )
        zh = f"{path.name} 含 {name}，其原始覆盖度不可能超过该条件的一致性 {cap:.6f}；表中为 {raw.value:g}。"
        where = f"configurations {path.name}"
        yield Finding(where, "raw coverage ≤ each literal's necessity consistency", verdict, f"{raw.value:g}",
                      f"≤ {cap:.6f} ({name})", en, zh)  # fmt: skip
        if total is not None:
            yield from _size(study, side, path, raw, total)


def _size(study: Published, side: Side, path: PrintedPath, raw: Printed, total: Range) -> Iterator[Finding]:
    """Σ of the path = raw coverage · Σy / consistency must not exceed Σ of any of its literals."""
    consistency = path.figures.get("consistency")
    if consistency is None or consistency.low <= 0:
        return
    least = raw.low * total[0] / consistency.high
    table = study.necessity[side]
    sizes = []
    for name in path.literals:
        row = table.get(name, {})
        if {"consistency", "coverage"} <= set(row) and row["coverage"].low > 0:
            sizes.append((_quotient(row["consistency"], row["coverage"])[1] * total[1], name))
    if not sizes:
        return
    cap, name = min(sizes)
    fits = least <= cap
    where = f"configurations {path.name}"
    yield Finding(
        where, "Σ of the path ≤ Σ of each literal", "agrees" if fits else "cannot be true", f"{least:.4f}",
        f"≤ {cap:.4f} ({name})", f"{path.name} has Σ = {least:.4f}; its literal {name} has {cap:.4f}.",
        f"{path.name} 的隶属度之和为 {least:.4f}；所含 {name} 为 {cap:.4f}。",
    )  # fmt: skip


def _solution(study: Published, side: Side, paths: list[PrintedPath]) -> Iterator[Finding]:
    coverage = study.solutions.get(side, {}).get("coverage")
    figures = [(p.figures.get("raw_coverage"), p.figures.get("unique_coverage")) for p in paths]
    raw, unique = [r for r, _ in figures if r is not None], [u for _, u in figures if u is not None]
    if coverage is None or len(raw) < len(paths) or len(unique) < len(paths) or len(paths) < 2:
        return
    low, high = max(r.low for r in raw), sum(r.high for r in raw)
    fits = overlap(coverage.low, coverage.high, low, high) and sum(u.low for u in unique) <= coverage.high
    yield Finding(
        f"solution {side}", "greatest raw ≤ solution ≤ sum of raw; sum of unique ≤ solution",
        "agrees" if fits else "cannot be true", f"{coverage.value:g}", f"{low:.6f} to {high:.6f}",
        f"The solution's coverage {coverage.value:g} lies between {low:.6f} and {high:.6f}.",
        f"总覆盖度 {coverage.value:g} 应在 {low:.6f} 与 {high:.6f} 之间。",
    )  # fmt: skip
    if len(paths) == 3:
        yield from _three(study, side, paths, coverage)


def _three(study: Published, side: Side, paths: list[PrintedPath], coverage: Printed) -> Iterator[Finding]:
    """Inclusion and exclusion: with three paths the raw and unique coverages give every overlap.

    pair ij = raw i + raw j − (solution − unique k); all three = solution − Σ raw + Σ pairs. Where the literals of k all
    occur in i or j, the overlap of i and j lies inside k and must equal the overlap of all three.
    """
    raw = {p.name: p.figures["raw_coverage"] for p in paths}
    unique = {p.name: p.figures["unique_coverage"] for p in paths}
    pairs: dict[tuple[str, str], float] = {}
    for i, j in combinations([p.name for p in paths], 2):
        k = next(p.name for p in paths if p.name not in (i, j))
        pairs[i, j] = raw[i].value + raw[j].value - (coverage.value - unique[k].value)
    triple = coverage.value - sum(r.value for r in raw.values()) + sum(pairs.values())
    slack = 12 * max(coverage.half, *(r.half for r in (*raw.values(), *unique.values())))
    fits = -slack <= triple <= min(pairs.values()) + slack
    overlaps = ", ".join(f"{i}*{j} {v:.6f}" for (i, j), v in pairs.items())
    yield Finding(
        f"solution {side}", "overlaps of the paths (inclusion and exclusion)", "agrees" if fits else "cannot be true",
        "", f"{overlaps}; all {triple:.6f}", f"Overlaps within the outcome: {overlaps}; of all three {triple:.6f}.",
        f"路径在结果内的交集：{overlaps}；三者之交 {triple:.6f}。",
    )  # fmt: skip
    for (i, j), value in pairs.items():
        yield from _inside(study, side, paths, (i, j), value, triple, slack)


def _inside(
    study: Published, side: Side, paths: list[PrintedPath], pair: tuple[str, str], value: float, triple: float,
    slack: float,
) -> Iterator[Finding]:  # fmt: skip
    by_name = {p.name: p for p in paths}
    third = next(p for p in paths if p.name not in pair)
    both = set(by_name[pair[0]].literals) | set(by_name[pair[1]].literals)
    raw = third.figures["raw_coverage"]
    broken = {n for c, n in _caps(study, side, third) if raw.low > c}
    needed = set(third.literals) - broken
    if not needed <= both:
        return
    fits = abs(value - triple) <= slack
    without = f" (without {', '.join(sorted(broken))}, which its coverage rules out)" if broken else ""
    without_zh = f"（去掉其覆盖度所排除的 {', '.join(sorted(broken))}）" if broken else ""
    name = "*".join(pair)
    yield Finding(
        f"solution {side}", f"{name} lies inside {third.name}", "agrees" if fits else "cannot be true", f"{value:.6f}",
        f"{triple:.6f}",
        f"{name} lies inside {third.name}{without}, so {value:.6f} must equal the overlap of all three, {triple:.6f}.",
        f"{name} 包含于 {third.name}{without_zh}，故 {value:.6f} 应等于三者之交 {triple:.6f}。",
    )  # fmt: skip
