"""Harvesting: plan a query into slices, page through them within the services' limits, land every answer."""

from etl.harvest.cursor import advance_cursor, window_start
from etl.harvest.progress import HarvestSummary, Progress, SourceSummary
from etl.harvest.run import HarvestTarget, enabled_sources, harvest, open_door

__all__ = [
    "HarvestSummary",
    "HarvestTarget",
    "Progress",
    "SourceSummary",
    "advance_cursor",
    "enabled_sources",
    "harvest",
    "open_door",
    "window_start",
]
