"""Where the recorded answers lie, and reading them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parents[3] / ".." / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the recorded answers (../shared/data) are not here")


def content(name: str) -> bytes:
    """Return one recorded OPS or Lens answer, `name` relative to the data folder."""
    return (DATA / name).read_bytes()


def exchanges() -> list[dict[str, Any]]:
    """Return the recorded HTTP exchanges with OPS."""
    file = DATA / "epo_ops" / "recorded_http" / "MANIFEST.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []
