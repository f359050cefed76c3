-- name: wanted_families
-- grain: one row per family of a topic, and per family that cites one: all that the narrow tables speak of
-- engines: both
-- needs: topic_families, citation_ends, family_of
SELECT family_key FROM topic_families
UNION
SELECT g.family_key
FROM citation_ends AS e
INNER JOIN family_of AS d ON d.publication_number = e.cited
INNER JOIN topic_families AS t ON t.family_key = d.family_key
INNER JOIN family_of AS g ON g.publication_number = e.citing
