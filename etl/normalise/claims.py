"""How many claims a text holds, scanning errors and lost lines included: numbered claims, never elements."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

# A claim begins with its number, at the start of a line ("1 . A method", "4 A method", "1 5. A method" from scanning)
# or behind the end of the claim before it ("… material. 26. The method"). White space is bounded: a pattern that may
# give back any amount of it takes quadratic time on blank pages.
_START = re.compile(
    r"(?:^[\s>]{0,40}(?:claim\s{0,4}|权利要求\s{0,4})?|(?<=[.;])\s{1,40}|(?<=[。；])\s{0,40})"
    r"(\d(?:\s?\d){0,3})\s{0,4}(?:[)、．，](?!\d)|[.](?!\d)|[ \t]-[ \t]|(?-i:(?=\s[A-Z])))",
    re.IGNORECASE | re.MULTILINE,
)
# A claim under a heading of its own: 【請求項１】, [청구항 1], "Claim 1:", or a line that holds nothing else
_HEADED = re.compile(
    r"[\[【(（]\s?(?:請求項|请求项|청구항|权利要求)\s{0,4}(\d{1,4})\s?[\]】)）]"
    r"|^[\s>]{0,40}(?:claim|anspruch|revendication|請求項|请求项|청구항|权利要求)\s{0,4}(\d{1,4})\s{0,4}(?:[:：]|$)",
    re.IGNORECASE | re.MULTILINE,
)
# 1-20. (canceled): numbers that stay, and claims that are none
_CANCELLED = re.compile(
    r"(?:^[\s>]{0,40}|(?<=[.;)\]])\s{1,40})(\d{1,4})(?:\s?[-–—]\s?(\d{1,4}))?\s?\.?\s{0,4}[(\[]\s?(?:cancell?ed|deleted)\s?[)\]]\.?",
    re.IGNORECASE | re.MULTILINE,
)
# A claim whose number cannot be read: scanning leaves some marks or letters of it, or nothing.
_OPENING = re.compile(
    r"(?:[^\w\s]|[0-9IlOoSBZ]{1,4}(?=[\s.,)])|\s){0,8}"
    r"(?:(?:An?|The|Use|In an?|Method|Apparatus|Process|Device|System)\b|一种|根据|如权|按照|权利要求)"
)
_CLAIMED = re.compile(r"\bclaims?\b|compris|consist|wherein|characteri[sz]ed|权利要求|其特征|包括", re.IGNORECASE)
# Of the numbers up to the last one at least this share must have been found, else the count stays unknown.
_MIN_FOUND = 0.5


def _longest_rise(values: Sequence[int]) -> list[int]:
    """Return the longest strictly rising subsequence (of those, the one with the smallest values)."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = [-1] * len(values)
    for index, value in enumerate(values):
        place = bisect_left(tails, value)
        before[index] = ends[place - 1] if place else -1
        if place == len(tails):
            tails.append(value)
            ends.append(index)
        else:
            tails[place], ends[place] = value, index
    chain: list[int] = []
    index = ends[-1] if ends else -1
    while index >= 0:
        chain.append(values[index])
        index = before[index]
    return chain[::-1]


def claim_count(texts: Sequence[str], *, one_text_per_claim: bool = False) -> int | None:
    """Return the number of claims in `texts` (one language); None when it cannot be decided.

    Counted is the last of the rising claim numbers and the claims behind it whose number cannot be read, provided that
    most of those before it were found (scans lose some).
    Cancelled claims are none. Without any number: one text is one claim; several are as many claims only if
    `one_text_per_claim`.
    """
    gone, present = _without_cancelled(texts)
    numbers = _headings(present) or [_value(m) for text in present for m in _START.finditer(text)]
    chain = _longest_rise([n for n in numbers if 0 < n <= 2000])
    if not chain:
        return len(present) or None if len(present) < 2 or one_text_per_claim else None
    last = chain[-1]
    lost = sum(number < last for number in gone)
    return last - lost + _behind(present, last) if len(chain) + lost >= last * _MIN_FOUND else None


def _without_cancelled(texts: Sequence[str]) -> tuple[set[int], list[str]]:
    """Return the numbers of cancelled claims, and the texts without them; empty ones are left out."""
    gone, present = set[int](), []
    for text in texts:
        left, small = text, text.lower()
        if "cancel" in small or "deleted" in small:  # few say so, and the pattern is slow
            gone.update(n for m in _CANCELLED.finditer(text) for n in range(int(m[1]), int(m[2] or m[1]) + 1))
            left = _CANCELLED.sub("\n", text)
        if left.strip():
            present.append(left)
    return gone, present


def _headings(texts: Sequence[str]) -> list[int]:
    """Return the numbers of claims under headings; none where the first is not headed."""
    found = [int(m[1] or m[2]) for text in texts for m in _HEADED.finditer(text)]
    return found if 1 in found else []


def _behind(texts: Sequence[str], last: int) -> int:
    """Return how many claims follow the last legible number: set off by a sentence's end and a claim's first words."""
    lines = [line.strip() for line in "\n".join(texts).splitlines() if line.strip()]
    numbered = (i for i in range(len(lines) - 1, -1, -1) for m in _START.finditer(lines[i]) if _value(m) == last)
    start = next(numbered, len(lines))
    return sum(
        lines[i - 1][-1] in ".;。；" and bool(_OPENING.match(lines[i])) and bool(_CLAIMED.search(lines[i]))
        for i in range(start + 1, len(lines))
    )


def _value(match: re.Match[str]) -> int:
    return int("".join(match[1].split()))
