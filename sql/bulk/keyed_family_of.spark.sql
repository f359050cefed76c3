-- name: keyed_family_of
-- engines: Spark
-- grain: every number of a wanted family with its key: dense from 0 in order of family_id
-- needs: wanted_family_of (whose key is the least number of the family)
SELECT w.publication_number, k.family_key, w.family_id, w.basis, w.family_key AS label
FROM wanted_family_of AS w
JOIN (
    SELECT label, CAST(row_number() OVER (ORDER BY family_id, label) - 1 AS INT) AS family_key
    FROM (SELECT DISTINCT family_key AS label, family_id FROM wanted_family_of)
) AS k ON k.label = w.family_key
