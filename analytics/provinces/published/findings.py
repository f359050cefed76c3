"""One thing that printed figures determine, recomputed: does the print agree, differ, or say what cannot be true?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["agrees", "differs", "cannot be true"]
VERDICT_ZH: dict[str, str] = {"agrees": "一致", "differs": "有出入", "cannot be true": "不可能成立"}


@dataclass(frozen=True, slots=True)
class Finding:
    """`where` in print, what was checked, the verdict, and both figures as text; `en` and `zh` say it in a sentence."""

    where: str
    check: str
    verdict: Verdict
    printed: str
    recomputed: str
    en: str
    zh: str


def overlap(low: float, high: float, other_low: float, other_high: float) -> bool:
    """Return whether two closed ranges meet, up to rounding in the last bit."""
    return low <= other_high + 1e-12 and other_low <= high + 1e-12
