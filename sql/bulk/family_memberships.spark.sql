-- name: family_memberships
-- engines: Spark (twin of what etl.load.merged.memberships and marts/family_memberships.sql do)
-- grain: one row per technology, query and family
-- needs: verdicts (of hit_documents), source_hits, publications
SELECT m.technology_id, m.query_hash, p.family_key, min(p.publication_date) AS member_from
FROM (
    SELECT technology_id, query_hash, publication_number FROM verdicts WHERE verdict IS DISTINCT FROM false
    UNION ALL
    SELECT technology_id, query_hash, publication_number FROM source_hits WHERE query_hash = 'import'
) AS m
JOIN publications AS p ON p.publication_number = m.publication_number
WHERE p.publication_date IS NOT NULL
GROUP BY m.technology_id, m.query_hash, p.family_key
