"""What `pip install stuckneck` leaves out, and which extra brings it (pyproject.toml, optional dependencies)."""

from __future__ import annotations

from importlib.util import find_spec

# extra -> the packages it brings, as they are imported
EXTRAS: dict[str, tuple[str, ...]] = {
    "charts": ("matplotlib", "plotly", "fontTools", "PIL"),
    "report": ("docx", "pptx", "typst"),
    "studies": ("scipy", "networkx", "igraph"),
    "alerts": ("apprise",),
    "bigquery": ("google.auth",),
    "spark": ("pyspark", "pyarrow", "pandas"),
    "mcp": ("mcp",),
}


def lacking(extra: str) -> str | None:
    """Return the sentence that says an extra is not installed and how to have it; None: it is installed."""
    roots = (name.split(".", maxsplit=1)[0] for name in EXTRAS[extra])
    absent = next((root for root in roots if find_spec(root) is None), None)
    return None if absent is None else _sentence(extra, absent)


def missing(error: ImportError) -> str | None:
    """Return that sentence for a failed import; None: what failed is no extra's package, but a programming error."""
    name = error.name or ""
    extra = next((e for e, names in EXTRAS.items() for n in names if f"{name}.".startswith(f"{n}.")), None)
    if name == "google":  # google.auth where no package of Google's is there
        extra = "bigquery"
    return None if extra is None else _sentence(extra, name)


def _sentence(extra: str, package: str) -> str:
    lines = {
        "charts": "pip install 'stuckneck[charts]' brings charts.",
        "report": "pip install 'stuckneck[report]' brings reports and results as Word, PowerPoint and PDF files.",
        "studies": "pip install 'stuckneck[studies]' brings NCA, QCA, the provincial study and networks.",
        "alerts": "pip install 'stuckneck[alerts]' brings messages by mail, webhook and robot.",
        "bigquery": "pip install 'stuckneck[bigquery]' brings Google Patents Public Data.",
        "spark": "pip install 'stuckneck[spark]' brings the engine Spark.",
        "mcp": "pip install 'stuckneck[mcp]' brings an assistant's tools.",
    }
    msg = f"{package} is not installed: {lines[extra]}"
    return msg  # noqa: RET504 - by its name it is found for the catalogue
