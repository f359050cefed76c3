from __future__ import annotations

from collections.abc import Iterator

import pytest

from office.corpus.corpus import Corpus, build_corpus
from office.service.office import Office


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return build_corpus(families_per_technology=60)


@pytest.fixture
def office(corpus: Corpus) -> Iterator[Office]:
    with Office(corpus) as opened:
        yield opened
