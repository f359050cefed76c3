-- name: seeds
-- grain: one row per seed family of a technology: seeds of one family count once
-- columns: seed (its family, or its number where no record of it is at hand), is_found (it belongs to the technology),
--   is_at_hand, country (of the family; of the office for a seed that is not at hand)
-- reads: technology and query: $technology, $query; $no_country: offices of no country
WITH stated AS (
    SELECT s.publication_number, s.family_id, regexp_extract(s.publication_number, '^[A-Z]{2}-[^-]+') AS stem
    FROM quality_seeds AS s WHERE s.technology_id = $technology
), stems AS (
    SELECT regexp_extract(publication_number, '^[A-Z]{2}-[^-]+') AS stem, min(family_key) AS family_key
    FROM publications GROUP BY stem
), joined AS (
    SELECT coalesce(f.family_key, e.family_key, t.family_key) AS family_key, coalesce(s.family_id, s.stem) AS stated, split_part(s.stem, '-', 1) AS office
    FROM stated AS s
    LEFT JOIN families AS f ON f.family_id = s.family_id AND f.is_harvested
    LEFT JOIN publications AS e ON e.publication_number = s.publication_number
    LEFT JOIN stems AS t ON t.stem = s.stem
)
SELECT
    coalesce('family ' || CAST(j.family_key AS VARCHAR), j.stated) AS seed,
    bool_or(j.family_key IN (
        SELECT family_key FROM family_memberships WHERE technology_id = $technology AND query_hash IN ($query, 'import')
    )) AS is_found,
    bool_or(j.family_key IS NOT NULL) AS is_at_hand,
    coalesce(max(f.country), max(CASE WHEN j.family_key IS NULL AND NOT list_contains($no_country, j.office) THEN j.office END)) AS country
FROM joined AS j
LEFT JOIN families AS f ON f.family_key = j.family_key
GROUP BY ALL
ORDER BY seed
