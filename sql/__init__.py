"""The SQL itself, as files: migrations, indicators, views, audits, marts; read with `sql.text(name)`."""

from functools import cache
from importlib.resources import files


@cache
def text(name: str) -> str:
    """Return the text of one SQL file, `name` relative to this package, e.g. ``indicators/shares.sql``.

    Raises FileNotFoundError when there is no such file.
    """
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def names(folder: str) -> list[str]:
    """Return the SQL file names in one folder, sorted, e.g. ``["0001_core.sql"]`` for ``migrations``."""
    return list(_names(folder))


@cache
def _names(folder: str) -> tuple[str, ...]:
    return tuple(sorted(p.name for p in files(__name__).joinpath(folder).iterdir() if p.name.endswith(".sql")))
