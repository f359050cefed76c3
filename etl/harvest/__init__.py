"""Harvesting: plan a query into slices, page through them within the services' limits, land every answer."""

from etl.fetch.cursor import advance_cursor, window_start
from etl.fetch.progress import HarvestSummary, Progress, SourceSummary
from etl.harvest.enrich import EnrichmentSummary, Need, enrich, find_needs
from etl.harvest.run import HarvestTarget, harvest

__all__ = [
    "EnrichmentSummary",
    "HarvestSummary",
    "HarvestTarget",
    "Need",
    "Progress",
    "SourceSummary",
    "advance_cursor",
    "enrich",
    "find_needs",
    "harvest",
    "window_start",
]
