"""One office and, for each service, one workspace with a good refresh behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from office.service.office import Office
from tests.corpora import small
from tests.misbehaviour.house import good_refresh
from tests.misbehaviour.table import BOTH


@pytest.fixture(scope="session")
def office() -> Iterator[Office]:
    with Office(small()) as opened:
        yield opened


@pytest.fixture(scope="session")
def published(office: Office, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {source: good_refresh(office, source, tmp_path_factory.mktemp(source) / "ws") for source in BOTH}
