-- name: citation_ends
-- grain: one row per publication that cites another, as either end says
-- engines: Spark (citation_ends.duckdb.sql is its twin)
-- needs: current_records, aliases
SELECT b.publication_number AS citing, coalesce(a.publication_number, b.c.publication_number) AS cited
FROM (SELECT publication_number, explode(cites) AS c FROM current_records) AS b
LEFT JOIN aliases AS a ON a.stated = b.c.publication_number
UNION
SELECT coalesce(a.publication_number, f.c.publication_number), f.publication_number
FROM (SELECT publication_number, explode(cited_by) AS c FROM current_records) AS f
LEFT JOIN aliases AS a ON a.stated = f.c.publication_number
