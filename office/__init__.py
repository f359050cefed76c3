"""A simulated patent office that answers as EPO OPS and as Lens, for demo, tests and benchmarks. All is synthetic.

`corpus.build_corpus` makes the corpus, its future included, and the manifest of what was planted (`Corpus.truth`,
`Corpus.expected`); `office.Office` serves it on the loopback interface under a clock that only goes forward.

Departures from the real services, on purpose: CN claims are given by Lens (`lens_record`), so that a Chinese corpus's
claims can be known at all; a record is at both services unless planted otherwise; both show a publication from its own
date, without the real services' loading lag; and answers are marked ``X-Synthetic: true``.
"""
