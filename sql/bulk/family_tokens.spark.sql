-- name: family_tokens
-- engines: Spark (twin of marts/family_tokens.sql)
-- grain: per publication: its exact set of priorities (its own application where it claims none) and its application;
--   exports without application numbers: CN (nine digits, since 2007), EP and WO keep one number through all kinds, so it stands for the application
-- needs: current_records, field_ranks
WITH stated AS (
    SELECT
        r.publication_number, max(r.authority) AS authority, max(r.number) AS number, max(r.publication_type) AS publication_type,
        min_by(r.application_number, k.application_number) FILTER (WHERE r.application_number IS NOT NULL) AS application,
        min_by(array_sort(array_distinct(filter(transform(r.priorities, p -> p.number), x -> x IS NOT NULL))), k.priorities)
            FILTER (WHERE size(r.priorities) > 0) AS priorities
    FROM current_records AS r
    JOIN field_ranks AS k ON k.source = r.source AND k.part = r.part
    GROUP BY r.publication_number
)
SELECT
    publication_number,
    CASE WHEN size(priorities) > 0 THEN 'p:' || array_join(priorities, '|') WHEN application IS NOT NULL THEN 'p:' || application END AS priority_token,
    coalesce(
        'a:' || application,
        CASE WHEN authority IN ('EP', 'WO') OR (authority = 'CN' AND length(number) = 9 AND publication_type <> 'design') THEN 'n:' || authority || number END
    ) AS application_token
FROM stated
