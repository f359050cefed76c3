"""The synthetic provinces: addresses that can be read, planted numbers, and the configuration behind them."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np

from analytics.nca.analysis import analyse as necessary
from analytics.qca.report import Settings, analyse, to_json
from analytics.qca.sets.calibrate import calibrate, quartile_anchors
from analytics.qca.sets.space import Space
from etl.normalise.places.provinces import province
from etl.sources.lens.compile import compile_lens
from office.corpus.corpus import Corpus, packaged_topics
from office.plan.provinces import CONDITIONS, SOLUTION, conditions, outcome_counts, provinces
from office.service.hits import Index, search_lens


def memberships(kind: int) -> tuple[np.ndarray, np.ndarray]:
    cells = {(c.province, c.variable): c.value for c in conditions()}
    raw = np.array([[cells[p, v] for v in CONDITIONS] for p in provinces()])
    y = np.array([outcome_counts()[p] for p in provinces()], dtype=float)
    columns = [calibrate(raw[:, k], quartile_anchors(raw[:, k], kind)) for k in range(6)]
    return np.column_stack(columns), calibrate(y, quartile_anchors(y, kind))


def test_table_is_whole_and_labelled() -> None:
    rows = conditions()
    assert len(rows) == 28 * 6 == len({(r.province, r.variable) for r in rows})
    assert all("synthetic" in r.source and r.year == 2021 for r in rows)


def test_planted_solution_is_found_under_every_quantile_type() -> None:
    wanted = {frozenset(term) for term in SOLUTION}
    for kind in (2, 6, 7):
        data, y = memberships(kind)
        done = analyse(Space.binary(CONDITIONS), data, y, "Y", provinces(), settings=Settings(expectations=[1] * 6))
        shown = to_json(done)
        models = [shown["parsimonious"]["models"], *[p["models"] for p in shown["intermediate"].values()]]
        for model in models:
            assert [{frozenset(t.split("*")) for t in m["terms"]} for m in model] == [wanted]


def test_only_the_planted_condition_is_necessary_in_degree() -> None:
    data, y = memberships(7)
    sizes = {name: necessary(data[:, k], y).ceilings["ce_fdh"].effect_size for k, name in enumerate(CONDITIONS)}
    assert [name for name, size in sizes.items() if size >= 0.1] == ["rd_intensity"]


def test_manufacturing_families_by_province(corpus: Corpus) -> None:
    query = next(t.parsed for t in packaged_topics() if t.id == "ic-manufacturing")
    assert query is not None
    found = search_lens(Index(corpus, "lens"), compile_lens(query), date(2022, 12, 31))
    families = [corpus.families[i] for i in {p.family for p in found if p.date.year == 2022}]
    focal = [f for f in families if f.country == "CN"]
    assert all(p.filing_date.year == 2022 for f in focal for p in f.publications)
    read = Counter(m.code if (m := province(f.applicants[0].address)) else None for f in focal)
    assert read.pop(None) > 0  # some are unknown, and stay so
    assert read == outcome_counts() == corpus.truth.provinces
    rules = Counter(m.rule for f in focal if (m := province(f.applicants[0].address)))
    assert {"province", "code", "city"} <= set(rules)
