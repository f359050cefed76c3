-- name: aliases
-- target: temp table while the merged tables are rebuilt
-- grain: a citation often lacks the kind code: 'US-7650331' means the first publication of that number we know
-- needs: citing_records, known_numbers (temp: publication_number)
WITH stated AS (
    SELECT unnest(cites).publication_number AS stated FROM citing_records WHERE len(cites) > 0
    UNION SELECT unnest(cited_by).publication_number FROM citing_records WHERE len(cited_by) > 0
), wanted AS (
    SELECT s.stated FROM stated AS s ANTI JOIN known_numbers AS k ON k.publication_number = s.stated
    WHERE regexp_full_match(s.stated, '[A-Z]{2}-[^-]+')
)
SELECT w.stated, min(k.publication_number) AS publication_number
FROM known_numbers AS k JOIN wanted AS w ON w.stated = regexp_extract(k.publication_number, '^[A-Z]{2}-[^-]+')
GROUP BY w.stated
