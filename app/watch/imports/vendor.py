"""A vendor table that a person gives with ``import --vendor``: read, and kept in the workspace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.common import fail
from warehouse.workspace import Workspace

if TYPE_CHECKING:
    from etl.exports import Vendor


def own_vendor(file: Path) -> Vendor:
    """The vendor table a person gives. Exits with one sentence where it is wrong."""
    from etl.exports import VendorTableError, load_vendor

    try:
        return load_vendor(file.read_text("utf-8-sig"), file.name)
    except OSError as error:
        raise fail(f"{file}: cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise fail(f"{file}: not UTF-8; save the table as UTF-8.") from None
    except VendorTableError as error:
        raise fail(str(error)) from None


def keep_vendor(ws: Workspace, file: Path, kind: str) -> None:
    """Keep the table in the workspace: a later import of the same kind, or an undo, reads by it too."""
    kept = ws.root / "vendors" / f"{kind}.toml"
    if kept.resolve() != file.resolve():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(file.read_text("utf-8-sig"), encoding="utf-8")
