-- name: applicants
-- target: applicants
-- grain: one row per publication and position; name, country and address each from the best source that states it
-- needs: current_records, field_ranks, family_of, folded_names (temp: name, folded_name), variable no_country
WITH stated AS (
    SELECT r.publication_number, r.source, k.applicants AS rank, unnest(r.applicants) AS a
    FROM current_records AS r JOIN field_ranks AS k ON k.source = r.source AND k.part = r.part
    WHERE len(r.applicants) > 0
), merged AS (
    SELECT
        publication_number, a."sequence" AS sequence,
        arg_min(a."name", rank) FILTER (WHERE a."name" IS NOT NULL) AS name,
        arg_min(a.country, rank) FILTER (WHERE a.country IS NOT NULL AND NOT list_contains(getvariable('no_country'), a.country)) AS country,
        arg_min(a.address, rank) FILTER (WHERE a.address IS NOT NULL) AS address,
        arg_min(source, rank) AS source
    FROM stated GROUP BY ALL
)
SELECT m.publication_number, f.family_key, m.sequence, m.name, n.folded_name, m.country, m.address, m.source
FROM merged AS m
JOIN family_of AS f ON f.publication_number = m.publication_number
LEFT JOIN folded_names AS n ON n.name = m.name
