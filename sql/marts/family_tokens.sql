-- name: family_tokens
-- target: temp table while the merged tables are rebuilt
-- grain: per publication: its exact set of priorities (its own application where it claims none) and its application
-- needs: current_records, nodes, field_ranks
WITH stated AS (
    SELECT n.node, arg_min(r.application_number, k.application_number) FILTER (WHERE r.application_number IS NOT NULL) AS application,
           arg_min(list_sort(list_distinct(list_filter(list_transform(r.priorities, lambda p: p.number), lambda x: x IS NOT NULL))), k.priorities)
               FILTER (WHERE len(r.priorities) > 0) AS priorities
    FROM current_records AS r JOIN nodes AS n ON n.publication_number = r.publication_number
    JOIN field_ranks AS k ON k.source = r.source AND k.part = r.part
    GROUP BY n.node
)
SELECT node, CASE WHEN len(priorities) > 0 THEN 'p:' || array_to_string(priorities, '|') WHEN application IS NOT NULL THEN 'p:' || application END AS priority_token,
       'a:' || application AS application_token
FROM stated ORDER BY node
