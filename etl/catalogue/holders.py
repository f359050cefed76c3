"""Decisions about names of holders: holders.toml of a workspace, which the analyst edits."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from etl.catalogue.load import CatalogueError
from etl.normalise.names import fold_name

HEAD = """\
# 权利人名称决定 Decisions about names of holders · stuckneck
#
# [[same]]   一个权利人：names 中的名称合并，显示为 holder   names are one holder, shown as `holder`
# [[apart]]  不是一个权利人：不再建议合并                  names are never one holder: not proposed again
# [[split]]  归一后相同、实为不同权利人的写法              spellings that folding puts together are holders of their own
#
# 删去一条即撤销。Taking an entry out takes it back. `stuckneck holders propose` lists what may be one holder.
"""

Name = Annotated[str, Field(min_length=1)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    names: Annotated[tuple[Name, ...], Field(min_length=2)]
    note: str | None = None


class _Same(_Entry):
    holder: Name | None = None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    same: tuple[_Same, ...] = ()
    apart: tuple[_Entry, ...] = ()
    split: tuple[_Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """One name of one entry: kind (same, apart, split), which entry, the name, folded, and the holder it stands for."""

    kind: str
    decision: int
    name: str
    folded_name: str
    holder: str
    note: str | None


def read_decisions(file: Path) -> list[Decision]:
    """Return the decisions of `file`, none where there is no file. Raises CatalogueError naming entry and fault.

    A name may be in one `same` entry only, and not in an `apart` entry with a name of the same holder.
    """
    if not file.is_file():
        return []
    try:
        stated = _File.model_validate(tomllib.loads(file.read_text(encoding="utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{file.name}: not valid TOML: {error}.") from None
    except ValidationError as error:
        raise CatalogueError("\n".join(_fault(file.name, item) for item in error.errors(include_url=False))) from None
    out = [
        Decision("same", at, name, fold_name(name), fold_name(entry.holder or entry.names[0]), entry.note)
        for at, entry in enumerate(stated.same, 1) for name in entry.names
    ]  # fmt: skip
    for kind, entries in (("apart", stated.apart), ("split", stated.split)):
        out += [
            Decision(kind, at, name, fold_name(name), name, entry.note)
            for at, entry in enumerate(entries, 1) for name in entry.names
        ]  # fmt: skip
    _check(file.name, out)
    return out


def _fault(name: str, item: Any) -> str:
    where = ".".join(str(part + 1 if isinstance(part, int) else part) for part in item["loc"])
    return f'{name}: {where}: {item["msg"]}; an entry is [[same]], [[apart]] or [[split]] with names = ["…", "…"].'


def _check(file: str, decisions: list[Decision]) -> None:
    of: dict[str, Decision] = {}
    for one in decisions:
        if one.kind == "same":
            before = of.setdefault(one.folded_name, one)
            if before.decision != one.decision:
                raise CatalogueError(
                    f"{file}: {one.name!r} is in the entries {before.decision} and {one.decision} of [[same]]; put the "
                    "names of one holder into one entry."
                )
    apart: dict[int, list[Decision]] = {}
    for one in decisions:
        if one.kind == "apart":
            apart.setdefault(one.decision, []).append(one)
    for number, names in apart.items():
        joined = {of[n.folded_name].decision for n in names if n.folded_name in of}
        if len(joined) < len([n for n in names if n.folded_name in of]):
            raise CatalogueError(
                f"{file}: entry {number} of [[apart]] keeps apart what an entry of [[same]] puts together; take one "
                "out."
            )
