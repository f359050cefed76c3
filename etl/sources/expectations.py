"""What a source's records must look like (``[expectations]`` of its source.toml), held against what a run received."""

from __future__ import annotations

import duckdb

from etl.sources.registry import configs

# Below this many records a share says nothing.
FEWEST = 100


def unmet(con: duckdb.DuckDBPyConnection, run_id: int) -> list[str]:
    """Return a sentence for each expectation the bibliographic records of `run_id` do not meet."""
    columns = {row[0] for row in con.execute("DESCRIBE source_records").fetchall()}
    found = []
    for config in configs():
        for field, expected in config.expectations.items():
            if field not in columns:
                msg = f"etl/sources/{config.source}/source.toml: expectations.{field} is no field of a record."
                raise ValueError(msg)
            row = con.execute(
                f'SELECT count(*), count("{field}") FROM source_records '  # noqa: S608 - a column's own name
                "WHERE source = ? AND run_id = ? AND part = 'biblio'",
                [config.source, run_id],
            ).fetchone()
            records, stated = row if row else (0, 0)
            if records < FEWEST:
                continue
            share = stated / records
            if expected.min_share is not None and share < expected.min_share:
                found.append(
                    f"{config.title}: only {share:.1%} of {records:,} records state {field}, expected at least "
                    f"{expected.min_share:.0%}; the service or its format may have changed."
                )
            if expected.max_share is not None and share > expected.max_share:
                found.append(
                    f"{config.title}: {share:.1%} of {records:,} records state {field}, expected at most "
                    f"{expected.max_share:.0%}; the service or its format may have changed."
                )
    return found
