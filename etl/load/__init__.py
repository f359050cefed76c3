"""From parsed records to the merged tables: versions by source, one publication, families, memberships, citations."""
