"""Number of claims in a text: numbered claims of one language, however the text was glued together."""

from __future__ import annotations

import re

# White space is bounded: patterns that may give back any amount of it take quadratic time on blank pages.
# A claim begins with its number at the start of a line, or after the end of a sentence where lines were lost.
_AT_LINE = re.compile(
    r"(?m)^[ \t\u3000>]{0,40}(?:claim[ \t]{0,4}|权利要求[ \t]{0,4})?(\d{1,4})[ \t]{0,4}(?:[.)、．，]|[ \t]-[ \t])",
    re.IGNORECASE,
)
_IN_LINE = re.compile(
    r"(?:(?<=[.;。；])|^)[ \t]{0,40}(\d{1,4})[ \t]{0,4}[.)、．][ \t]{1,40}(?=[A-Z\u3400-\u9fff\uac00-\ud7af])"
)
MAX_CLAIMS = 5000


def count_claims(text: str | None) -> int | None:
    """Claims in `text`: the length of the run 1, 2, 3, … of claim numbers in order; None without text.

    Numbers inside a claim ("2. step") do not end or restart the count, because only the next expected number counts.
    Text without any number is one claim, as a single-claim document is often printed.
    """
    if text is None or not text.strip():
        return None
    expected = 1
    for number in _candidates(text):
        if number == expected <= MAX_CLAIMS:
            expected += 1
    return max(expected - 1, 1)


def _candidates(text: str) -> list[int]:
    found = {m.start(1): int(m.group(1)) for pattern in (_AT_LINE, _IN_LINE) for m in pattern.finditer(text)}
    return [number for _, number in sorted(found.items())]
