-- name: family_tokens
-- target: temp table while the merged tables are rebuilt
-- grain: per publication: its exact set of priorities (its own application where it claims none) and its application;
--   exports without application numbers: CN (nine digits, since 2007), EP and WO keep one number through all kinds, so it stands for the application
-- needs: current_records, nodes, field_ranks
WITH stated AS (
    SELECT n.node, min(r.authority) AS authority, min(r.number) AS number, arg_min(r.publication_type, k.publication_type) AS publication_type, arg_min(r.application_number, k.application_number) FILTER (WHERE r.application_number IS NOT NULL) AS application,
           arg_min(list_sort(list_distinct(list_filter(list_transform(r.priorities, lambda p: p.number), lambda x: x IS NOT NULL))), k.priorities)
               FILTER (WHERE len(r.priorities) > 0) AS priorities
    FROM current_records AS r JOIN nodes AS n ON n.publication_number = r.publication_number
    JOIN field_ranks AS k ON k.source = r.source AND k.part = r.part
    GROUP BY n.node
)
SELECT node, application, CASE WHEN len(priorities) > 0 THEN 'p:' || array_to_string(priorities, '|') WHEN application IS NOT NULL THEN 'p:' || application END AS priority_token,
       coalesce('a:' || application, CASE WHEN authority IN ('EP', 'WO') OR (authority = 'CN' AND length(number) = 9 AND publication_type <> 'design')
                                          THEN 'n:' || authority || number END) AS application_token
FROM stated
