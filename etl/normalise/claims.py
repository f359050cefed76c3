"""Number of claims in a text: numbered claims of one language, however the text was glued together."""

from __future__ import annotations

import re

# A claim begins with its number at the start of a line, or after the end of a sentence where lines were lost.
_AT_LINE = re.compile(r"(?m)^[\s>]*(?:claim\s*|权利要求\s*)?(\d{1,4})\s*(?:[.)、．，]|\s-\s)\s*(?=\S)", re.IGNORECASE)
_IN_LINE = re.compile(r"(?:(?<=[.;。；])|^)\s*(\d{1,4})\s*[.)、．]\s+(?=[A-Z\u3400-\u9fff\uac00-\ud7af])")
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
