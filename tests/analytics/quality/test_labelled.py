"""Sets that nobody here made, through recall from seeds and the sampler: an antibiotic-resistance corpus, hair dryers.

They are positives only, found by somebody's query: they measure whether two searches agree, not what is true.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import duckdb
import numpy as np
import pytest

from analytics.quality import store
from analytics.quality.draw import draw, sides, windows
from etl.sampling.documents import near_misses
from etl.sampling.seeds import Seed, read_seeds
from tests.analytics.made_warehouse import fill
from warehouse.migrate import migrate

SHARED = Path(__file__).parents[4] / "shared" / "data" / "more" / "8_labelled"
NOW = datetime(2026, 11, 28)

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the labelled sets are not beside this checkout")


def searched(seeds: list[Seed], rate: float) -> tuple[duckdb.DuckDBPyConnection, int]:
    """A warehouse in which a search has found each seed at `rate`; return it and how many were found."""
    con = duckdb.connect()
    migrate(con)
    found = np.random.default_rng(3).random(len(seeds)) < rate
    families, publications, memberships = [], [], []
    for key in np.flatnonzero(found).tolist():
        seed = seeds[key]
        number = f"{seed.publication_number}-A"
        name = seed.family_id or number
        families.append(
            {"family_key": key, "family_id": name, "is_harvested": True, "basis": "source_id", "members": 1,
             "representative": number, "cited_by_known": False, "is_synthetic": False, "filing_date": date(2015, 1, 1)}
        )  # fmt: skip
        publications.append(
            {"publication_number": number, "country": number[:2], "number": "1", "family_key": key, "family_id": name,
             "cited_by_known": False, "sources": ["lens"], "field_source": "{}", "is_synthetic": False}
        )  # fmt: skip
        memberships.append(
            {"technology_id": "t", "query_hash": "import", "family_key": key, "member_from": date(2016, 1, 1)}
        )
    for table, rows in (
        ("families", families), ("publications", publications), ("family_memberships", memberships)
    ):  # fmt: skip
        fill(con, table, rows)
    return con, int(found.sum())


@pytest.mark.parametrize(
    ("name", "office"), [("amr_families_4172.xlsx", None), ("google_hair_dryer_large.seed.csv", "US")]
)
def test_recall_from_seeds_is_what_was_found_of_them(name: str, office: str | None) -> None:
    seeds, _ = read_seeds(SHARED / name, office)
    con, found = searched(seeds, 0.6)
    listed = [(s.stated, s.publication_number, s.family_id) for s in seeds]
    store.store_seeds(con, "t", name, listed, NOW)
    [one] = [e for e in store.estimates_of(con, "t", "import", "CN") if e.dimension == "all"]
    assert (one.basis, one.decided, one.yes) == ("seeds", len(seeds), found)
    assert one.low is not None
    assert one.high is not None
    assert one.low <= 0.6 <= one.high
    assert one.high - one.low < 0.1

    frame = store.frame(con, "t", "import", near_misses(con, None))
    spans = [(date(2001, 1, 1), date(2010, 12, 31)), (date(2011, 1, 1), date(2021, 12, 31))]
    sample = draw(windows(sides(frame, "CN"), spans, "filing_date"), 100, 1)
    assert sample.items.height == 100
    assert set(sample.items["kind"]) == {"hit"}, "numbers alone hold no near miss: recall cannot be judged from them"
    assert sample.strata["families"].sum() == found
