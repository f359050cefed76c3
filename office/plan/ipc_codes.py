"""IPC subclasses the invented families are classified in, and each technology's own (packaged as data)."""

from __future__ import annotations

import tomllib
from importlib.resources import files

_DATA = files("office").joinpath("data")


def _subclasses() -> tuple[str, ...]:
    lines = _DATA.joinpath("ipc_subclasses.txt").read_text(encoding="utf-8").splitlines()
    return tuple(code for line in lines if not line.startswith("#") for code in line.split())


SUBCLASSES: tuple[str, ...] = _subclasses()
HOME: dict[str, str] = tomllib.loads(_DATA.joinpath("ipc_home.toml").read_text(encoding="utf-8"))
