"""Eras of the Japanese calendar by the letter that numbers and dates write: the year before the first of each."""

from __future__ import annotations

from typing import Final

ERA_START: Final = {"M": 1867, "T": 1911, "S": 1925, "H": 1988, "R": 2018}
