"""The SQL itself, as files: migrations, indicators, views, audits, marts; read with `sql.text(name)`."""

from importlib.resources import files


def text(name: str) -> str:
    """Return the text of one SQL file, `name` relative to this package, e.g. ``indicators/shares.sql``.

    Raises FileNotFoundError when there is no such file.
    """
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def names(folder: str) -> list[str]:
    """Return the SQL file names in one folder, sorted, e.g. ``["0001_core.sql"]`` for ``migrations``."""
    return sorted(p.name for p in files(__name__).joinpath(folder).iterdir() if p.name.endswith(".sql"))
