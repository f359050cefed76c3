-- name: applicants
-- engines: Spark (twin of marts/applicants.sql, without what no narrow table has)
-- grain: one row per publication and position; name, country and address each from the best source that states it
-- needs: current_records, field_ranks, no_country (one row: codes)
WITH stated AS (
    SELECT r.publication_number, k.applicants AS rank, explode(r.applicants) AS a
    FROM current_records AS r JOIN field_ranks AS k ON k.source = r.source AND k.part = r.part
)
SELECT
    s.publication_number, s.a."sequence" AS "sequence",
    min_by(s.a."name", s.rank) FILTER (WHERE s.a."name" IS NOT NULL) AS "name",
    min_by(s.a.country, s.rank) FILTER (WHERE s.a.country IS NOT NULL AND NOT array_contains(o.codes, s.a.country)) AS country,
    min_by(s.a.address, s.rank) FILTER (WHERE s.a.address IS NOT NULL) AS address
FROM stated AS s CROSS JOIN no_country AS o
GROUP BY s.publication_number, s.a."sequence"
