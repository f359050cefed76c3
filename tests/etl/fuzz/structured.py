"""Seeded mutations of XML that a reader of its text might overlook: what is still well-formed but says something else."""

# ruff: noqa: E501 - the mutations are read as lists

from __future__ import annotations

import random
import re

TAGS = re.compile(rb"<[^>]*>")
VALUES = [
    b"", b" ", b"&amp;", b"&#65;", b"&b;", b"&amp", b"]]>", b"&lt;x&gt;", b"\xc2\xa0", b"\xc2\x85", b"\xef\xbf\xbe", b"\x0b", b"\r\n", b"\t", b"12345678", b"LG",
    b"W", b"WO", b"A1", b"\xe4\xb8\xad\xe6\x96\x87", b"\xe2\x80\x82[CN]", b"<!-- -->", b"<![CDATA[x]]>", b"<?x ?>", b"\xff", b"<sub>2</sub>", b"\xc4\xb0", b"20190231",
    b"x]] >", b">", b"'", b'"',
]  # fmt: skip
TAG_CHANGES = [
    lambda tag: tag[:-1] + b' lang="en">', lambda tag: tag[:-1] + b' sequence="7">', lambda tag: tag[:-1] + b" >", lambda tag: tag[:-1] + b"/>",
    lambda tag: tag[:-1] + b' xmlns="urn:x">', lambda tag: tag[:-1] + b' kind="W">', lambda tag: tag.replace(b'"', b"'"), lambda tag: b"<x>",
    lambda tag: tag.replace(b" ", b"  ", 1), lambda tag: tag.replace(b" ", b"\n", 1), lambda tag: tag[:-1] + b' office="EP">', lambda tag: b"",
    lambda tag: re.sub(rb'"[^"]*"', b'"?&amp;&gt;"', tag, count=1), lambda tag: re.sub(rb'"[^"]*"', b'""', tag, count=1), lambda tag: tag.upper(),
    lambda tag: re.sub(rb'"[^"]*"', b'"international"', tag), lambda tag: re.sub(rb'"[^"]*"', b'"original"', tag, count=1),
]  # fmt: skip


def structured(rng: random.Random, data: bytes) -> bytes:
    """Edits that a reader of text might overlook: values, attributes, elements exchanged, moved, removed, repeated."""
    for _ in range(rng.randint(1, 3)):
        tags = list(TAGS.finditer(data))
        one = rng.choice(tags)
        match rng.randrange(5):
            case 0:  # a text grows, or is another
                end = data.find(b"<", one.end())
                start = rng.choice([one.end(), end]) if end >= 0 else one.end()
                data = data[:start] + rng.choice(VALUES) + data[max(start, end if rng.random() < 0.5 else start) :]
            case 1:
                data = data[: one.start()] + rng.choice(TAG_CHANGES)(one.group()) + data[one.end() :]
            case 2:  # an element is gone, or comes twice
                name = one.group()[1:-1].split(b" ")[0]
                end = data.find(b"</" + name + b">", one.end())
                end = end + len(name) + 3 if end >= 0 else one.end()
                data = (
                    data[:end] + data[one.start() : end] * rng.randint(0, 1) + data[end:]
                    if rng.random() < 0.5
                    else data[: one.start()] + data[end:]
                )
            case 3:  # two tags change places
                other = rng.choice(tags)
                first, second = sorted((one, other), key=lambda m: m.start())
                if first.end() <= second.start():
                    data = (
                        data[: first.start()]
                        + second.group()
                        + data[first.end() : second.start()]
                        + first.group()
                        + data[second.end() :]
                    )
            case _:
                data = data.replace(b">", b">" + rng.choice([b"\n", b" ", b"\n\n  ", b"\t"]), rng.randint(1, 60))
    return data
