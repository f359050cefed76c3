"""A simulated patent office that answers as EPO OPS, Lens and BigQuery, for demo, tests, benchmarks. All is synthetic.

`corpus.build_corpus` makes the corpus, its future included, and the manifest of what was planted (`Corpus.truth`,
`Corpus.expected`); `office.Office` serves it on the loopback interface under a clock that only goes forward.

Departures from the real services, on purpose: CN claims are given by Lens (`lens_record`) and BigQuery, so that a
Chinese corpus's claims can be known at all; a record is at every service unless planted otherwise; all show a
publication from its own date, without the real services' loading lag; and answers are marked ``X-Synthetic: true``.
BigQuery's SELECTs are read by sqlglot, which developers have.
"""
