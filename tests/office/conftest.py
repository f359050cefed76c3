from __future__ import annotations

from collections.abc import Iterator

import pytest

from office.corpus.corpus import Corpus
from office.service.office import Office
from tests.corpora import full


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return full()


@pytest.fixture
def office(corpus: Corpus) -> Iterator[Office]:
    with Office(corpus) as opened:
        yield opened
