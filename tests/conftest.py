"""Order of the suite: the longest first, so that with two workers the year runs beside everything else."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put tests/year, then tests/e2e, before the rest; their own order stays."""
    items.sort(key=lambda item: next((i for i, name in enumerate(("year", "e2e")) if name in item.path.parts), 2))
