"""Narrow tables from the world's bulk files, on one of two engines: DuckDB on a machine, Spark on a cluster."""
