"""A faster way to read DOCDB back files: records straight from the text of a document, without building a tree.

Why: a back file holds millions of documents, and nearly all of the time goes into libxml2's tree and touching its
elements from Python one by one. Reading the text by a few regular expressions instead takes half the time
(docs/decisions.md, "DOCDB documents are read from their text").

How: ``characters`` looks at a whole piece of the file at once (encoding, forbidden characters, references);
``patterns`` describes a document exactly as the EPO's system writes it; ``reader`` reads a document that is exactly so
into the same record that ``etl.exchange.read`` makes, by the same functions for values (``etl.exchange.fields``).

What it must never do is say something else than the tree: a document with anything unusual (an unknown element, a
comment, CDATA, another order, another namespace, a broken reference) gives None and is read by libxml2, whose reading
stays the definition. ``tests/etl/bulk/test_docdb_text.py`` compares both on made, recorded and thousands of mutated
files; ``tests/benchmarks/bench_docdb.py`` measures what it saves. When it saves nothing any more, delete this folder:
``etl.bulk.docdb`` then reads every piece by ``parse_tree``.
"""
