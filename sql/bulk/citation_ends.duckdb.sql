-- name: citation_ends
-- grain: one row per publication that cites another, as either end says
-- engines: DuckDB (citation_ends.spark.sql is its twin)
-- needs: current_records, aliases
WITH ends AS (
    SELECT publication_number AS citing, unnest(cites).publication_number AS cited, true AS is_backward FROM current_records WHERE len(cites) > 0
    UNION ALL
    SELECT unnest(cited_by).publication_number, publication_number, false FROM current_records WHERE len(cited_by) > 0
)
SELECT DISTINCT
    CASE WHEN e.is_backward THEN e.citing ELSE coalesce(a.publication_number, e.citing) END AS citing,
    CASE WHEN e.is_backward THEN coalesce(b.publication_number, e.cited) ELSE e.cited END AS cited
FROM ends AS e
LEFT JOIN aliases AS a ON a.stated = e.citing
LEFT JOIN aliases AS b ON b.stated = e.cited
