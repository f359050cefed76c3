-- name: kept_keys
-- grain: one row per family of the tables taken: the key it has there, and the one it has in this warehouse: that of the family of the same
--   id before, else the next number
-- engines: DuckDB, in the warehouse that takes the tables
-- needs: given_families (the table of that folder), families as they were, run_families, family_numbers, family_key_changes
WITH before AS (
    SELECT family_id, min(family_key) AS family_key FROM families GROUP BY family_id
), given AS (
    SELECT family_key, family_id, row_number() OVER (PARTITION BY family_id ORDER BY family_key) AS place FROM given_families
), matched AS (
    SELECT g.family_key AS given_key, g.family_id, b.family_key
    FROM given AS g LEFT JOIN before AS b ON b.family_id = g.family_id AND g.place = 1
), last AS (
    SELECT coalesce(max(family_key), -1) AS family_key FROM (
        SELECT family_key FROM families UNION ALL SELECT family_key FROM run_families
        UNION ALL SELECT family_key FROM family_numbers UNION ALL SELECT family_key FROM family_key_changes
    )
)
SELECT
    m.given_key,
    CAST(coalesce(m.family_key, l.family_key + row_number() OVER (PARTITION BY m.family_key IS NULL ORDER BY m.family_id, m.given_key)) AS INTEGER) AS family_key
FROM matched AS m CROSS JOIN last AS l
