-- name: aliases
-- engines: Spark (twin of marts/aliases.sql)
-- grain: a citation often lacks the kind code: 'US-7650331' means the first publication of that number we know
-- needs: current_records
WITH known AS (
    SELECT publication_number FROM current_records
    UNION SELECT explode(family_members) FROM current_records
), stems AS (
    SELECT regexp_extract(publication_number, '^[A-Z]{2}-[^-]+', 0) AS stem, min(publication_number) AS publication_number
    FROM known GROUP BY regexp_extract(publication_number, '^[A-Z]{2}-[^-]+', 0)
), stated AS (
    SELECT c.publication_number AS stated FROM (SELECT explode(cites) AS c FROM current_records)
    UNION SELECT c.publication_number FROM (SELECT explode(cited_by) AS c FROM current_records)
)
SELECT s.stated, t.publication_number FROM stated AS s
JOIN stems AS t ON t.stem = s.stated
LEFT ANTI JOIN known AS k ON k.publication_number = s.stated
