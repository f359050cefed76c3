"""English sentences are written for several; one of a thing is put right where they are shown."""

import pytest

from words.language import say


@pytest.mark.parametrize(
    ("several", "one"),
    [
        ("No verdict could be taken from 1 files; 1 rows are not filled in.",
         "No verdict could be taken from 1 file; 1 row is not filled in."),
        ("chip: 1 near misses, 1 other families", "chip: 1 near miss, 1 other family"),
        ("1 technologies have 1 new records", "1 technology has 1 new record"),
        ("1 bytes, 1 choices, 1 cases", "1 byte, 1 choice, 1 case"),
    ],
)  # fmt: skip
def test_one_of_a_thing(several: str, one: str) -> None:
    assert say(several, "en") == one


@pytest.mark.parametrize(
    "text",
    ["11 files are", "2021-1 rows", "0.1 files", "1,001 rows were", "run 1 as of", "1 series", "1 rows-of", "a1 files"],
)
def test_everything_else_is_as_it_was(text: str) -> None:
    assert say(text, "en") == text
