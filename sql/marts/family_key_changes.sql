-- name: family_key_changes
-- target: family_key_changes (rows are added)
-- grain: one row per key and key its numbers went to in this merge
-- needs: family_numbers and families as the merge before left them, family_of (temp)
WITH moves AS (
    SELECT o.family_key, f.family_key AS into_key, count(*)::INTEGER AS numbers, any_value(f.family_id) AS into_id
    FROM family_numbers AS o LEFT JOIN family_of AS f ON f.publication_number = o.publication_number
    WHERE f.family_key IS DISTINCT FROM o.family_key
    GROUP BY o.family_key, f.family_key
), living AS (
    SELECT DISTINCT family_key FROM family_of
)
SELECT m.family_key, e.family_id, CASE WHEN l.family_key IS NOT NULL THEN 'split' WHEN m.into_key IS NULL THEN 'gone' ELSE 'joined' END AS change,
       m.into_key, m.into_id, m.numbers, (SELECT max(run_id) FROM runs) AS run_id
FROM moves AS m
LEFT JOIN living AS l ON l.family_key = m.family_key
LEFT JOIN families AS e ON e.family_key = m.family_key
WHERE l.family_key IS NULL OR m.into_key IS NOT NULL
ORDER BY m.family_key, m.into_key
