"""Korean numbers with their names in Hangul (``등록특허 10-1635000``), as KIPRIS prints them."""

from __future__ import annotations

import re
from typing import Final

_KINDS: Final = {
    "공개특허": "A", "등록특허": "B1", "특허": "B1", "공고특허": "B1",
    "공개실용신안": "U", "등록실용신안": "Y1", "실용신안": "Y1", "공고실용신안": "Y1",
}  # fmt: skip
_NAMED = re.compile(r"(?:KR|한국|대한민국)?[\s\-]*([가-힣\s]*?)\s*제?\s*(\d[\d\-]*)\s*호?\s*\(?([A-Z]\d?)?\)?")
_FILED = re.compile(r"출원|원서")


def spelled(text: str) -> str:
    """Return ``등록특허 제10-1635000호`` as ``KR 10-1635000 B1``, an application without kind; other text as it is."""
    match = _NAMED.fullmatch(text) if re.search("[가-힣]", text) else None
    if match is None:
        return text
    name = re.sub(r"\s|공보|번호", "", match[1])
    kind = match[3] or ("" if _FILED.search(name) else _KINDS.get(name, ""))
    return f"KR {match[2]} {kind}".strip()


def is_application(text: str) -> bool:
    """Whether `text` is named as the number of an application (출원), whose digits a publication has too."""
    return _FILED.search(text) is not None
