"""DuckDB: connection, migrations, published snapshots, the sandbox for other people's SQL."""
