"""Bulk files and answers of patent offices, one module a form: a document's bytes become records."""
