"""What commands come to import, imported once: in the process that others are forked from.

A process that starts from nothing imports for longer than most tests have it run. PyArrow looks for pandas when it
first makes an array, which takes half of the rest; apprise loads a plugin when it first sends.
"""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module

import pyarrow as pa

MODULES = (
    "app.main", "app.watch.refresh", "app.watch.import_files", "app.ask.runs", "app.web.application",
    "analytics.bounds.store", "analytics.network.measure", "dateutil.parser", "etl.exchange.read", "highspy", "igraph",
    "schedules.runs.measure", "schedules.timetable.daemon", "scipy.sparse.csgraph", "starlette.testclient",
)  # fmt: skip

for _name in MODULES:
    with suppress(ImportError):  # an extra that is not installed
        import_module(_name)
pa.array([1])
with suppress(ImportError):
    import_module("apprise").Apprise.instantiate("json://127.0.0.1/")
