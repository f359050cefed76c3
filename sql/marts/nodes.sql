-- name: nodes
-- target: temp table while the merged tables are rebuilt
-- grain: every number that occurs: publications harvested, members listed, far ends of citations
-- needs: current_records, aliases
WITH harvested AS (SELECT DISTINCT publication_number FROM current_records),
listed AS (SELECT DISTINCT unnest(family_members) AS publication_number FROM current_records WHERE len(family_members) > 0),
ends AS (
    SELECT DISTINCT coalesce(a.publication_number, e.stated) AS publication_number FROM (
        SELECT unnest(cites).publication_number AS stated FROM current_records WHERE len(cites) > 0
        UNION SELECT unnest(cited_by).publication_number FROM current_records WHERE len(cited_by) > 0
    ) AS e LEFT JOIN aliases AS a ON a.stated = e.stated
)
SELECT n.publication_number, h.publication_number IS NOT NULL AS is_harvested, l.publication_number IS NOT NULL AS is_listed,
       (row_number() OVER (ORDER BY n.publication_number) - 1)::BIGINT AS node
FROM (FROM harvested UNION FROM listed UNION FROM ends) AS n
LEFT JOIN harvested AS h ON h.publication_number = n.publication_number
LEFT JOIN listed AS l ON l.publication_number = n.publication_number
