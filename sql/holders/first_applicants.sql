-- name: first_applicants
-- grain: one row per family: its first applicant as the earliest member published by $as_of that names any states it
-- columns: family_key, "name" (as stated), folded_name
-- reads: applicants, publications
SELECT a.family_key, arg_min(a."name", a."sequence") AS "name", arg_min(a.folded_name, a."sequence") AS folded_name
FROM applicants AS a
INNER JOIN (
    SELECT x.family_key, arg_min(x.publication_number, (p.publication_date, x.publication_number)) AS publication_number
    FROM applicants AS x
    INNER JOIN publications AS p ON p.publication_number = x.publication_number
    WHERE p.publication_date <= $as_of AND x.folded_name IS NOT NULL
    GROUP BY x.family_key
) AS e ON e.family_key = a.family_key AND e.publication_number = a.publication_number
WHERE a.folded_name IS NOT NULL
GROUP BY a.family_key
ORDER BY a.family_key
