"""The public Python package: open a workspace and read it as frames, or run the methods on a table of one's own.

    import stuckneck as sn

    watch = sn.open("my-watch")
    watch.matrix()                                   # polars frame, one row a technology
    watch.families("chip", indicator="pct")          # the families behind a figure
    watch.sql("SELECT * FROM coverage")              # one SELECT in the sandbox

    sn.nca(table, "outcome", ["a", "b"])             # necessary conditions
    sn.qca(table, "outcome", ["a", "b", "c"])        # sufficient configurations
    sn.place(table)                                  # K, D and strategy of a table of shares

Only what is named here is public; it follows semantic versioning (docs/python.md).
"""

from importlib.metadata import version

from stuckneck.studies import nca, place, qca
from stuckneck.watch import Watch
from stuckneck.watch import open_workspace as open

__version__ = version("stuckneck")
__all__ = ["Watch", "__version__", "nca", "open", "place", "qca"]
