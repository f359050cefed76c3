-- name: topic_families
-- grain: one row per family with a publication that a query of a technology or topic is true of
-- engines: both
-- needs: source_hits, family_of
SELECT DISTINCT f.family_key
FROM source_hits AS h
INNER JOIN family_of AS f ON f.publication_number = h.publication_number
