"""What a legal event means, from its code and wording: the categories of docs/methods.md, Screening."""

from __future__ import annotations

import re
from functools import lru_cache

# Codes whose wording alone would mislead, or that are fixed by their office.
_CODES = {
    "RAP1": "other",  # applicant's data changed OR rights transferred: says neither
    "PG25": "other",  # lapsed in one contracting state of many
    "PC01": "other",  # pledge cancelled
    "GR01": "grant",
    "IW01": "invalidation",
    "IP01": "invalidation",
    "PE01": "pledge",
    "EE01": "licence",
    "TR01": "assignment",
    "TA01": "assignment",
    "AS": "assignment",
    "CF01": "lapse",
    "CX01": "lapse",
    "WD01": "lapse",
    "AV01": "lapse",
    "RJ01": "lapse",
}
# In order: the first that matches decides.
_WORDING = [
    (re.compile(p), category)
    for p, category in (
        (
            r"CONTRACTING STATE|NO OPPOSITION|CANCEL\w* .*PLEDGE|INTENTION TO GRANT|BEFORE GRANT|GRANT FEE"
            r"|REASONS? FOR REFUSAL|GRANT OR REJECTION",
            "other",
        ),
        (r"LITIGATION|LAWSUIT|INFRINGEMENT|COURT|诉讼", "litigation"),
        (r"INVALIDAT|NULLITY|REVOCATION|REVOKED|OPPOSITION FILED|INTER PARTES|RE-?EXAMINATION|无效", "invalidation"),
        (r"PLEDGE|SECURITY INTEREST|MORTGAGE|\bLIEN\b|质押", "pledge"),
        (r"LICEN[CS]|许可", "licence"),
        (r"ASSIGNMENT|TRANSFER OF (?:PATENT|RIGHT|APPLICATION)|CHANGE OF OWNER|转让|转移", "assignment"),
        (
            r"LAPS|TERMINAT|EXPIR|CEASED|NON-?PAYMENT|NO PAYMENT|WITHDRAWN|ABANDON|REFUS|REJECTION OF|DISCONTINUED"
            r"|终止|届满|撤回|驳回",
            "lapse",
        ),
        (r"\bGRANT(?:ED)?\b|授权", "grant"),
    )
]


@lru_cache(maxsize=16384)
def category(code: str, description: str) -> str:
    """Return litigation, invalidation, pledge, licence, assignment, lapse, grant or other.

    `code` without padding, `description` as the office words it.
    """
    if code in _CODES:
        return _CODES[code]
    wording = description.upper()
    for pattern, found in _WORDING:
        if pattern.search(wording):
            return found
    return "other"
