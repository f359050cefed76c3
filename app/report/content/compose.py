"""Facts put into words: the sections of a report in one language, most important first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.matrix.data import label_words
from app.matrix.head import few, measured_parts
from app.report.content.facts import Facts
from app.report.content.method import method_section
from app.report.content.model import Brief, Bullets, Column, Picture, Section, Table, Text
from app.report.content.phrases import Words
from warehouse.indicators import BY_ID
from words.glossary import STRATEGIES, Language, in_language


def compose(facts: Facts, language: Language) -> Brief:
    """Return the report on `facts` in `language`."""
    w = Words(language)
    parts: tuple[Callable[[Facts, Words], Section | None], ...] = (
        _headlines, _matrix, _movers, _places, _doubts, _shares, _history, _sources, _list, method_section, _queries,
    )  # fmt: skip
    head, t = facts.head, in_language(language)
    since = "" if facts.before is None else w.say(f", changes since {facts.before.as_of}")
    what_if = f" ({t['m_what_if']}{': ' + head.label if head.label else ''})" if head.origin == "adhoc" else ""
    country, *how = measured_parts(head.focal_country, head.screening, head.windows, language)
    stamp = " · ".join((
        f"{t['m_run']} {head.run_id}", head.as_of.isoformat(), f"{t['m_focal']} {country}", *how, t[f"m_{facts.frame}"],
        w.say(f"settings {(head.settings_hash or '?')[:8]}"), facts.snapshot,
        f"stuckneck {facts.version}",
    ))  # fmt: skip
    return Brief(
        language=language,
        title=t["m_title"] + what_if,
        subtitle=w.say(f"As of {head.as_of}") + since,
        stamp=stamp,
        warning=None if head.data_label == "real" else label_words(head.data_label, language),
        sections=tuple(s for part in parts if (s := part(facts, w)) is not None),
    )


def _headlines(facts: Facts, w: Words) -> Section:
    placed = [r for r in facts.placements if r["strategy"]]
    counts = {s: sum(r["strategy"] == s for r in placed) for s in STRATEGIES}
    sep = in_language(w.language)["sep"]
    shared = sep.join(f"{w.strategy(s)} {n}" for s, n in counts.items())
    items = [w.say(f"{len(placed)} of {len(facts.placements)} technologies are placed: {shared}.")]
    if facts.before is None:
        items.append(w.say("There is no earlier run by the same settings to compare with."))
    elif not facts.moves:
        items.append(w.say(f"No technology moved to another quadrant since {facts.before.as_of}."))
    items += [said.zh if w.language == "zh" else said.en for _, said in facts.moves]
    for key, sentence in (
        ("unsettled", "Unsettled, another quadrant is more probable: {0}."),
        ("is_watch", "Near a line, on watch: {0}."),
        ("low_evidence", "Low evidence: {0}."),
    ):
        names = [w.name(r) for r in placed if r[key]]
        if names:
            items.append(w.say(sentence).replace("{0}", w.listed(names)))
    if facts.held:
        held = {h["technology_id"]: None for h in facts.held}
        by_id = {r["technology_id"]: w.name(r) for r in facts.placements}
        items.append(w.say(f"Held, a source gave no usable answer: {w.listed([by_id.get(h, h) for h in held])}."))
    note = few(len(placed), facts.frame)
    if note:
        items.append(w.say(note))
    return Section(w.say("In short"), (Bullets(tuple(items)),), 0)


def _matrix(_: Facts, w: Words) -> Section:
    caption = w.say("Technology capability K against paradigm dynamics D, with 90 % intervals and earlier places.")
    return Section(in_language(w.language)["m_title"], (Picture("matrix", caption),), 1)


def _movers(facts: Facts, w: Words) -> Section | None:
    if not facts.moves:
        return None
    now = {r["technology_id"]: r for r in facts.placements}
    columns = (
        Column(w.say("Technology"), width=2), Column(w.say("from")), Column(w.say("to")),
        Column("K"), Column("D"), Column(w.say("probability now"), "percent"),
        Column(w.say("was"), "percent"),
    )  # fmt: skip
    rows = []
    for move, _ in facts.moves:
        row, old = now[move.technology_id], facts.earlier.get(move.technology_id, {})
        rows.append((
            w.name(row), w.strategy(move.before.strategy), w.strategy(move.after.strategy),
            _change(move.before.capability, move.after.capability), _change(move.before.dynamics, move.after.dynamics),
            row["probability"], old.get("probability"),
        ))  # fmt: skip
    note = w.say("probability: of the quadrant in which the technology was placed at each of the two dates.")
    table = Table(columns, tuple(rows), w.say("Moves"))
    return Section(w.say("What moved"), (table, Text(note, quiet=True)), 2)


def _change(before: float | None, after: float | None) -> str | None:
    if before is None or after is None:
        return None
    return f"{before:.3f} → {after:.3f}"


def _places(facts: Facts, w: Words) -> Section:
    columns = (
        Column(w.say("No."), "whole", 0.5), Column(w.say("Technology"), width=1.9),
        Column(w.say("Strategy"), width=1.15), Column("K", "three", 0.9), Column("D", "three", 0.9),
        Column(w.say("Probability"), "percent", 1.3), Column(w.say("90 % of K"), width=1.6),
        Column(w.say("90 % of D"), width=1.6), Column(w.say("Families"), "whole", 1.05),
        Column(w.say("Remarks"), width=1.3),
    )  # fmt: skip
    rows = tuple(
        (
            r["number"], w.name(r), w.strategy(r["strategy"]), r["capability"], r["dynamics"], r["probability"],
            _ends(r, "capability"), _ends(r, "dynamics"), r["families"], _remarks(r, w),
        )
        for r in facts.placements
    )  # fmt: skip
    return Section(w.say("All technologies"), (Table(columns, rows, w.say("Technologies")),), 3)


def _ends(row: dict[str, Any], axis: str) -> str | None:
    low, high = row[f"{axis}_low"], row[f"{axis}_high"]
    return None if low is None else f"{low:.3f}–{high:.3f}"


def _remarks(row: dict[str, Any], w: Words) -> str:
    t = in_language(w.language)
    said = []
    if row["strategy"] is None:
        said.append(w.say("not placed"))
    if row["unsettled"]:
        said.append(t["m_unsettled"])
    if row["is_watch"]:
        said.append(f"{w.say('on watch')} → {w.strategy(row['watch_towards'])}")
    if row["low_evidence"]:
        said.append(t["m_low_evidence"])
    return t["sep"].join(said)


def _doubts(facts: Facts, w: Words) -> Section | None:
    """What is unsettled and what is missing, with the reason; None where there is neither."""
    rows: list[tuple[str, str, str]] = []
    for r in facts.placements:
        if r["strategy"] is None:
            rows.append((w.name(r), w.say("not placed"), w.say(r["not_placed_why"] or "")))
            continue
        if r["unsettled"]:
            odds = {s: r[f"p_{s}"] for s in STRATEGIES}
            sep = in_language(w.language)["sep"]
            rows.append((
                w.name(r), in_language(w.language)["m_unsettled"],
                sep.join(f"{w.strategy(s)} {p:.0%}" for s, p in sorted(odds.items(), key=lambda o: -o[1])),
            ))  # fmt: skip
        if r["low_evidence"]:
            rows.append((w.name(r), in_language(w.language)["m_low_evidence"], w.say(r["low_evidence_why"] or "")))
    by_id = {str(r["technology_id"]): w.name(r) for r in facts.placements}
    for h in facts.held:
        held = str(h["technology_id"])
        rows.append((by_id.get(held, held), w.say("held"), w.say(h["why"])))
    if not rows:
        return None
    columns = (Column(w.say("Technology"), width=1.5), Column(w.say("State"), width=0.8), Column(w.say("Why"), width=4))
    return Section(w.say("Unsettled and missing"), (Table(columns, tuple(rows), w.say("Doubts")),), 4)


def _shares(facts: Facts, w: Words) -> Section:
    """The shares behind K with how much of each rests on known values."""
    ids = [i for i in BY_ID if any(r["indicator"] == i for r in facts.indicators)]
    found = {(r["technology_id"], r["indicator"]): r for r in facts.indicators}
    columns = [Column(w.say("Technology"), width=2)]
    for i in ids:
        name = BY_ID[i].zh if w.language == "zh" else BY_ID[i].en
        columns += [Column(name, "percent", 1.1), Column(w.say("known"), "percent", 1.1)]
    rows = []
    for r in facts.placements:
        cells: list[Any] = [w.name(r)]
        for i in ids:
            share = found.get((r["technology_id"], i), {})
            cells += [share.get("value"), share.get("coverage")]
        rows.append(tuple(cells))
    country = facts.head.focal_country or "?"
    note = w.say(
        f"Shares of {country} in each technology's families; known: the part of the families for which it is known."
    )
    table = Table(tuple(columns), tuple(rows), w.say("Shares"))
    return Section(w.say("Shares behind K"), (table, Text(note, quiet=True)), 6)


def _history(facts: Facts, w: Words) -> Section | None:
    if facts.before is None or facts.head.origin != "live":
        return None
    caption = w.say("K (solid) and D (dashed) of every technology at each date; markers show its strategy.")
    return Section(in_language(w.language)["m_history"], (Picture("history", caption),), 8)


def _sources(facts: Facts, w: Words) -> Section:
    columns = (
        Column(w.say("Source"), width=2), Column(w.say("Last answer"), width=1.2), Column(w.say("Answers"), "whole"),
        Column(w.say("Records"), "whole"), Column(w.say("Data"), width=1), Column(w.say("Terms"), width=2.5),
    )  # fmt: skip
    rows = tuple(
        (
            s["title"], f"{s['last_answer']:%Y-%m-%d %H:%M} UTC" if s["last_answer"] else None, s["answers"] or None,
            s["records"], w.say("synthetic") if s["is_synthetic"] else w.say("real"), w.say(s["licence"] or "?"),
        )
        for s in facts.sources
    )  # fmt: skip
    return Section(w.say("Sources"), (Table(columns, rows, w.say("Sources")),), 7)


def _list(facts: Facts, w: Words) -> Section | None:
    """What changed in the list of technologies between the two runs; None where there was no earlier run."""
    if facts.before is None:
        return None
    said = {
        "added": w.say("added to the list"), "removed": w.say("taken off the list"),
        "query": w.say("its query changed: the series breaks here"),
    }  # fmt: skip
    items = [
        f"{w.name(r)}: "
        + (said.get(r["change"]) or f"{w.say(r['status_before'] or '')} → {w.say(r['status_after'] or '')}")
        for r in facts.list_changes
    ]
    items = items or [w.say(f"The list and its queries are those of {facts.before.as_of}.")]
    return Section(w.say("Changes of the list"), (Bullets(tuple(items)),), 9)


def _queries(facts: Facts, w: Words) -> Section:
    columns = (
        Column(w.say("No."), "whole", 0.5), Column(w.say("Technology"), width=2), Column("id", width=2),
        Column(w.say("Query hash"), width=3),
    )  # fmt: skip
    watched = [q for q in facts.queries if q["query_hash"]]
    rows = tuple((q["number"], w.name(q), q["technology_id"], q["query_hash"][:16]) for q in watched)
    note = w.say("The figures are those of the queries with these hashes; `stuckneck catalogue show` prints each.")
    table = Table(columns, rows, w.say("Queries"))
    return Section(w.say("Queries"), (table, Text(note, quiet=True)), 10)
