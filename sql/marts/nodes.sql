-- name: nodes
-- target: temp table while the merged tables are rebuilt
-- grain: every number that occurs: publications harvested, members listed, far ends of citations
-- needs: current_records, end_numbers (temp: publication_number)
WITH harvested AS (SELECT DISTINCT publication_number FROM current_records),
listed AS (SELECT DISTINCT unnest(family_members) AS publication_number FROM current_records WHERE len(family_members) > 0)
SELECT n.publication_number, h.publication_number IS NOT NULL AS is_harvested, l.publication_number IS NOT NULL AS is_listed,
       (row_number() OVER (ORDER BY n.publication_number) - 1)::BIGINT AS node
FROM (FROM harvested UNION FROM listed UNION FROM end_numbers) AS n
LEFT JOIN harvested AS h ON h.publication_number = n.publication_number
LEFT JOIN listed AS l ON l.publication_number = n.publication_number
