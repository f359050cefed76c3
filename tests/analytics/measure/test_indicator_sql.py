"""Indicator SQL: one SELECT per file, under a header, in the portable subset."""

import re

import pytest
import sqlglot

import sql

FILES = sql.names("indicators")
HEADER = ("-- name:", "-- grain:", "-- columns:", "-- units:")
NOT_PORTABLE = r"\b(asof|concat|pivot|unpivot|list_\w+|date_diff|regexp_replace|arg_max|arg_min|qualify)\b|//|%|::|->"


@pytest.mark.parametrize("name", FILES)
def test_has_its_header_and_is_one_portable_select(name):
    text = sql.text(f"indicators/{name}")
    for line in HEADER:
        assert line in text, f"{name} lacks {line}"
    assert f"-- name: {name.removesuffix('.sql')}\n" in text
    body = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    assert not re.search(NOT_PORTABLE, body, re.IGNORECASE)
    statements = sqlglot.parse(body, read="duckdb")
    assert len(statements) == 1
    assert isinstance(statements[0], sqlglot.exp.Select)
    assert " / " not in body or "nullif" in body.lower()
