"""What commands come to import, imported once: in the process that others are forked from.

A process that starts from nothing imports for longer than most tests have it run. Apprise loads a plugin when it
first sends. Nothing here may compute in polars: its threads would not come along into a fork.
"""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module

MODULES = (
    "app.main", "app.watch.refresh", "app.watch.import_files", "app.ask.runs", "app.web.application",
    "analytics.bounds.store", "analytics.network.measure", "dateutil.parser", "etl.exchange.read", "highspy", "igraph",
    "schedules.runs.measure", "schedules.timetable.daemon", "scipy.sparse.csgraph", "starlette.testclient",
)  # fmt: skip

for _name in MODULES:
    with suppress(ImportError):  # an extra that is not installed
        import_module(_name)
with suppress(ImportError):
    import_module("apprise").Apprise.instantiate("json://127.0.0.1/")
