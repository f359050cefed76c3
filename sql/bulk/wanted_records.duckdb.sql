-- name: wanted_records
-- grain: current records of publications of the wanted families, file after file; of their citations, those between such families
-- engines: DuckDB
-- needs: current_records, wanted_family_of, aliases
WITH kept AS (
    SELECT r.* FROM current_records AS r INNER JOIN wanted_family_of AS w ON w.publication_number = r.publication_number
), cites AS (
    SELECT k.place, list({'publication_number': w.publication_number, 'phase': k.c.phase, 'category': k.c.category}) AS ends
    FROM (SELECT place, unnest(cites) AS c FROM kept WHERE len(cites) > 0) AS k
    LEFT JOIN aliases AS a ON a.stated = k.c.publication_number
    INNER JOIN wanted_family_of AS w ON w.publication_number = coalesce(a.publication_number, k.c.publication_number)
    GROUP BY k.place
), cited_by AS (
    SELECT k.place, list({'publication_number': w.publication_number, 'date': k.c."date"}) AS ends
    FROM (SELECT place, unnest(cited_by) AS c FROM kept WHERE len(cited_by) > 0) AS k
    LEFT JOIN aliases AS a ON a.stated = k.c.publication_number
    INNER JOIN wanted_family_of AS w ON w.publication_number = coalesce(a.publication_number, k.c.publication_number)
    GROUP BY k.place
)
SELECT k.* REPLACE (
    CASE WHEN k.cites IS NOT NULL THEN coalesce(b.ends, []) END AS cites,
    CASE WHEN k.cited_by IS NOT NULL THEN coalesce(f.ends, []) END AS cited_by
)
FROM kept AS k
LEFT JOIN cites AS b ON b.place = k.place
LEFT JOIN cited_by AS f ON f.place = k.place
ORDER BY k.page_id
