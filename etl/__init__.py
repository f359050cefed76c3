"""The harvesting wing: catalogue, query, sources, landing, load. Never imports analytics."""
