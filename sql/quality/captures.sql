-- name: captures
-- grain: one row per family of a technology, with the sources that returned it for the query (or that files came from)
-- columns: family_key, country (default chain), sources (list)
-- reads: technology and query: $technology, $query
SELECT h.family_key, f.country, list_sort(list_distinct(list(h.source))) AS sources
FROM (
    SELECT p.family_key, s.source
    FROM source_hits AS s
    INNER JOIN memberships AS m
        ON m.technology_id = s.technology_id AND m.query_hash = s.query_hash AND m.publication_number = s.publication_number
    INNER JOIN publications AS p ON p.publication_number = s.publication_number
    WHERE s.technology_id = $technology AND s.query_hash IN ($query, 'import') AND s.withdrawn_run IS NULL
) AS h
INNER JOIN families AS f ON f.family_key = h.family_key
GROUP BY h.family_key, f.country
ORDER BY h.family_key
