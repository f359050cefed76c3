"""The corpora that most tests' offices hold, built once a process; nobody changes them."""

from __future__ import annotations

from functools import cache

from office.corpus.corpus import Corpus, build_corpus


@cache
def small() -> Corpus:
    """The twenty technologies with sixty families each."""
    return build_corpus(families_per_technology=60, with_topics=False)


@cache
def full() -> Corpus:
    """The same with the topics of the integrated circuits."""
    return build_corpus(families_per_technology=60)
