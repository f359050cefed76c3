-- name: review_confirmed
-- grain: one row per technology and query
-- columns: technology_id, query_hash, harvested (families a source returned), confirmed (families of those with a publication that
--   the local evaluation confirms), refused (publications returned that the local evaluation refuses)
-- units: families and publications
-- reads: source_hits, memberships, publications; imported files (query_hash 'import') are left out: a person vouches for
--   them; so are hits that the source has withdrawn
SELECT
    h.technology_id,
    h.query_hash,
    count(DISTINCT m.family_key) AS harvested,
    count(DISTINCT CASE WHEN m.local_evaluation THEN m.family_key END) AS confirmed,
    count(DISTINCT CASE WHEN m.publication_number IS NULL THEN h.publication_number END) AS refused
FROM (SELECT DISTINCT technology_id, query_hash, publication_number FROM source_hits WHERE query_hash <> 'import' AND withdrawn_run IS NULL) AS h
INNER JOIN publications AS p ON p.publication_number = h.publication_number
LEFT JOIN memberships AS m
    ON m.technology_id = h.technology_id AND m.query_hash = h.query_hash AND m.publication_number = h.publication_number
GROUP BY h.technology_id, h.query_hash
