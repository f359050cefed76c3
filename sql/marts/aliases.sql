-- name: aliases
-- target: temp table while the merged tables are rebuilt
-- grain: a citation often lacks the kind code: 'US-7650331' means the first publication of that number we know
-- needs: current_records
WITH known AS (
    SELECT publication_number FROM current_records
    UNION SELECT unnest(family_members) FROM current_records WHERE len(family_members) > 0
), stems AS (
    SELECT regexp_extract(publication_number, '^[A-Z]{2}-[^-]+') AS stem, min(publication_number) AS publication_number
    FROM known GROUP BY stem
), stated AS (
    SELECT unnest(cites).publication_number AS stated FROM current_records WHERE len(cites) > 0
    UNION SELECT unnest(cited_by).publication_number FROM current_records WHERE len(cited_by) > 0
)
SELECT s.stated, t.publication_number FROM stated AS s
JOIN stems AS t ON t.stem = s.stated
WHERE s.stated NOT IN (SELECT publication_number FROM known)
