"""Seeded mutations of bytes, tables, XML and JSON: the same number gives the same input on every machine."""

# ruff: noqa: E501 - the lists of tokens are read as lists

from __future__ import annotations

import json
import random
import re
from typing import Any

TOKENS = [
    b"\x00", b"\xff", b"\"", b"'", b",", b";;", b"\r", b"\n", b"\t", b"|", b"&", b"&b;", b"&#0;", b"&amp;", b"<", b">", b"</", b"<!--", b"]]>", b"<![CDATA[",
    b"<!DOCTYPE a [<!ENTITY b 'x'>]>", b"<?x?>", b"\xef\xbb\xbf", b"\xff\xfe", b"1.23E+11", b"1e999", b"-1", b"99999999999999999999", b"0", b"null", b"NaN",
    b"CN", b"CN201220249766.X", b"9999-99-99", b"{", b"}", b"[" * 50, b"A" * 5000, "公开（公告）号".encode(), "　".encode(), b"\xd0\xcf\x11\xe0", b"PK\x03\x04",
    b"../", b"\x1f\x8b", b"xmlns=''", b"../../etc/passwd",
]  # fmt: skip


def of_bytes(rng: random.Random, data: bytes) -> bytes:
    """One to four edits anywhere: flips, cuts, repeats, tokens."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(out) + 1)
        match rng.randrange(6):
            case 0 if out:
                out[min(at, len(out) - 1)] ^= 1 << rng.randrange(8)
            case 1:
                del out[at : at + rng.choice([1, 3, 40, 1000])]
            case 2:
                out[at:at] = rng.choice(TOKENS)
            case 3:
                piece = out[at : at + rng.choice([1, 20, 500])]
                out[at:at] = piece * rng.choice([1, 3, 30])
            case 4:
                del out[at:]
            case _:
                out[at : at + rng.randint(1, 8)] = rng.choice(TOKENS)
    return bytes(out)


def of_table(rng: random.Random, table: list[list[str]]) -> list[list[str]]:
    """Edits that keep a table a table: cells, columns, rows, headers."""
    rows = [list(row) for row in table]
    for _ in range(rng.randint(1, 5)):
        row = rng.randrange(len(rows))
        column = rng.randrange(max(len(rows[row]), 1))
        match rng.randrange(7):
            case 0 if rows[row]:
                rows[row][column] = rng.choice(TOKENS).decode("utf-8", "replace")
            case 1:
                other = rng.randrange(len(rows))
                rows[row], rows[other] = rows[other], rows[row]
            case 2:
                for line in rows:
                    del line[column : column + 1]
            case 3:
                rows[row] = rows[row][:column]
            case 4:
                for line in rows:
                    line.insert(column, line[column] if column < len(line) else "")
            case 5 if rows[row]:
                text = of_bytes(rng, rows[row][column].encode()).decode("utf-8", "replace")
                rows[row][column] = text
            case _:
                rows.insert(row, [])
    return rows


def of_xml(rng: random.Random, data: bytes) -> bytes:
    """Edits at tags: removed, doubled, renamed, emptied, attributes changed; now and then plain bytes."""
    if rng.random() < 0.3:
        return of_bytes(rng, data)
    tags = list(re.finditer(rb"<[^>]*>", data))
    for _ in range(rng.randint(1, 3)):
        tag = rng.choice(tags)
        new = rng.choice([b"", tag.group() * 2, b"<x>", b"<x/>", tag.group()[:-1] + b' a="1">', re.sub(rb'"[^"]*"', b'"?"', tag.group()), rng.choice(TOKENS)])  # fmt: skip
        data = data.replace(tag.group(), new, rng.choice([1, 1, -1]))
    return data


def of_json(rng: random.Random, value: Any, depth: int = 0) -> Any:
    """A value somewhere in the tree becomes one of another type, or its key goes."""
    if isinstance(value, dict) and value and (depth == 0 or rng.random() < 0.7):
        key = rng.choice(list(value))
        changed = dict(value)
        if rng.random() < 0.15:
            del changed[key]
        else:
            changed[key] = of_json(rng, value[key], depth + 1)
        return changed
    if isinstance(value, list) and value and rng.random() < 0.7:
        at = rng.randrange(len(value))
        return [*value[:at], of_json(rng, value[at], depth + 1), *value[at + 1 :]]
    return rng.choice(
        [
            None,
            True,
            -1,
            0,
            10**30,
            1.5,
            "",
            "x" * 3000,
            "0",
            [],
            [None],
            {},
            {"text": 3},
            [[1]],
            "20201399",
            float("nan"),
        ]
    )


def json_line(rng: random.Random, row: dict[str, Any]) -> bytes:
    """A mutated row as one line of NDJSON; now and then the line itself is broken."""
    line = json.dumps(of_json(rng, row)).encode()
    return of_bytes(rng, line).replace(b"\n", b" ") if rng.random() < 0.2 else line
