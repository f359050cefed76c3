-- name: merge_links
-- target: merge_links
-- grain: one row per publication and token; everything by which two publications can come into one family, or a grant of one be one of the other
-- needs: current_records, nodes, field_ranks (temp)
WITH tokens AS (
SELECT publication_number, 'f:' || source_family_id AS token FROM current_records WHERE source_family_id IS NOT NULL
UNION ALL
SELECT DISTINCT publication_number, 'm:' || publication_number FROM current_records
UNION ALL
SELECT publication_number, 'm:' || unnest(family_members) FROM current_records WHERE len(family_members) > 0
UNION ALL
SELECT n.publication_number, unnest([t.priority_token, t.application_token, coalesce('a:' || t.application, 'a:' || n.publication_number)])
FROM family_tokens AS t JOIN nodes AS n ON n.node = t.node
)
SELECT publication_number, hash(token) AS token FROM tokens WHERE token IS NOT NULL
