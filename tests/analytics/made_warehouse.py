"""A seeded warehouse for the tests of measuring: merged tables filled at random, synthetic on purpose.

Every awkward case docs/methods.md names is in it: unknown fields, ties, several hashes of a technology, families of two
technologies, states that change, citations of unknown date, counts of several sources, reclassified codes.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

import duckdb
import numpy as np
import polars as pl

import sql

FAR = date(9999, 12, 31)
COUNTRIES = ["CN", "US", "JP", "DE", "KR"]
CODES = [a + b + c for a in "ABCFGH" for b in ("01", "02", "11", "21") for c in "BCL"]
STATED = {"H01L": "H10D", "G01B": "G21B"}  # later families state the new code


@dataclass
class Made:
    """Connection and the plain records the tables were filled from."""

    con: duckdb.DuckDBPyConnection
    technologies: list
    families: list = field(default_factory=list)
    states: list = field(default_factory=list)
    memberships: list = field(default_factory=list)
    edges: list = field(default_factory=list)
    counts: list = field(default_factory=list)


def empty() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"threads": 2})
    for name in (
        "0001_core",
        "0021_ipc_subclasses",
        "0028_publication_states",
        "0029_inventor_assignments",
        "0031_grants_in_force",
    ):
        con.execute(sql.text(f"migrations/{name}.sql"))
    return con


def fill(con, table, rows):
    if rows:
        frame = pl.DataFrame(rows, infer_schema_length=None)
        con.register("made_rows", frame.to_arrow())
        con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM made_rows")
        con.unregister("made_rows")


def _maybe(rng, value, unknown):
    return None if rng.random() < unknown else value


def _day(rng, first, last):
    return first + timedelta(days=int(rng.integers(0, (last - first).days + 1)))


def _publications(rng, state, first, unknown):
    """What up to three publications say of themselves: like the family, or not."""
    facts = ("has_patent", "has_utility_model", "in_force", "has_legal_event", "has_inventor_assignment")
    like = {k: state[k] for k in facts}
    out = []
    for at in range(int(rng.integers(1, 4))):
        own = {k: v if rng.random() < 0.5 else _maybe(rng, bool(rng.random() < 0.5), unknown) for k, v in like.items()}
        out.append({"published": first + timedelta(days=int(rng.integers(0, 900)) * (at > 0)), **own})
    return out


def _states(rng, key, first, filed, focal, unknown):
    """Return the intervals of one family: claims, residence, status become known or change over time."""
    country = "CN" if rng.random() < focal else str(rng.choice(COUNTRIES[1:]))
    others = [str(rng.choice(COUNTRIES)) for _ in range(int(rng.integers(0, 3)))]
    main = _maybe(rng, CODES[min(int(rng.exponential(14)), len(CODES) - 1)], unknown / 2)
    late = filed is not None and filed.year > 2014
    state = {
        "family_key": key,
        "filing_date": filed,
        "priority_date": _maybe(
            rng, None if filed is None else filed - timedelta(days=int(rng.integers(0, 365))), unknown
        ),
        "residence_country": _maybe(rng, country, unknown),
        "priority_country": _maybe(rng, country, unknown),
        "office_country": country if rng.random() < 0.7 else "WO",
        "applicant_countries": _maybe(rng, [country, *others], unknown),
        "main_subclass": main,
        "stated_subclass": STATED.get(main, main) if late else main,
        "claim_count": _maybe(rng, int(rng.integers(1, 40)), unknown),
        "is_pct": _maybe(rng, bool(rng.random() < 0.4), unknown),
        "has_patent": bool(rng.random() < 0.9),
        "has_utility_model": bool(rng.random() < 0.2),
        "in_force": _maybe(rng, True, unknown),
        "has_legal_event": _maybe(rng, bool(rng.random() < 0.1), unknown),
    }
    state["has_inventor_assignment"] = None if state["has_legal_event"] is None else key % 5 == 0
    cuts = sorted({_day(rng, first + timedelta(days=1), date(2024, 12, 31)) for _ in range(int(rng.integers(0, 4)))})
    out = []
    for start, end in zip([first, *cuts], [*cuts, FAR], strict=True):
        listed = _publications(np.random.default_rng((key, start.toordinal())), state, first, unknown)
        late = np.random.default_rng((key, start.toordinal(), 31))  # a stream of its own: the other facts stay
        state = state | {"grant_in_force": _maybe(late, bool(late.random() < 0.6), 0.2)}
        out.append(state | {"valid_from": start, "valid_to": end, "publication_states": listed})
        state = state | {
            "claim_count": state["claim_count"] or _maybe(rng, int(rng.integers(1, 40)), unknown),
            "is_pct": state["is_pct"] or _maybe(rng, True, 0.8),
            "in_force": bool(rng.random() < 0.7),
            "has_legal_event": state["has_legal_event"] or bool(rng.random() < 0.1),
        }
    return out


def make(seed=0, technologies=4, families=120, unknown=0.1, edges=6.0, counts=True) -> Made:
    """Return a warehouse of `technologies` × about `families` families; `unknown` is the rate of unknown fields."""
    rng = np.random.default_rng(seed)
    names = [f"tech-{i}" for i in range(technologies)]
    made = Made(empty(), [(n, f"q{i}") for i, n in enumerate(names)] + [(n, "import") for n in names])
    total = technologies * families
    for key in range(total):
        filed = _maybe(rng, _day(rng, date(1999, 1, 1), date(2022, 12, 31)), unknown / 3)
        first = (filed or date(2010, 1, 1)) + timedelta(days=int(rng.integers(30, 700)))
        home = key % technologies
        made.families.append(
            {"family_key": key, "family_id": f"f{key}", "is_harvested": True, "basis": "single", "members": 1}
            | {"first_publication_date": first, "cited_by_known": bool(rng.random() > unknown), "is_synthetic": True}
        )
        made.states += _states(rng, key, first, filed, 0.2 + 0.6 * home / max(technologies - 1, 1), unknown)
        for tech in {home, *([int(rng.integers(technologies))] if rng.random() < 0.1 else [])}:
            for query_hash in [f"q{tech}"] if rng.random() < 0.8 else [f"q{tech}", "import"]:
                since = first + timedelta(days=int(rng.integers(0, 200)) * int(rng.random() < 0.3))
                made.memberships.append(
                    {"technology_id": names[tech], "query_hash": query_hash, "family_key": key, "member_from": since}
                )
        for citing in rng.choice(total * 3, size=int(rng.poisson(edges)), replace=False):
            made.edges.append(
                {"cited_family_key": key, "citing_family_key": int(citing)}
                | {"cited_on": _day(rng, first, date(2024, 12, 31))}
                | {"date_basis": "received" if rng.random() < 0.02 else "publication"}
            )
        if counts:
            for source, kind, rate in (("lens", "family_count", 0.95 if home == 0 else 0.5), ("ps", "member_sum", 0.6)):
                if rng.random() < rate:
                    made.counts.append(
                        {"family_key": key, "source": source, "kind": kind, "citation_count": int(rng.poisson(5))}
                        | {"count_date": _maybe(rng, _day(rng, date(2012, 1, 1), date(2023, 1, 1)), 0.05)}
                    )
    for table, rows in (
        ("families", made.families),
        ("family_states", made.states),
        ("family_memberships", made.memberships),
        ("family_citations", made.edges),
        ("family_citation_counts", made.counts),
    ):
        fill(made.con, table, rows)
    return made
