-- name: applicants
-- grain: one row per family and applicant, as the earliest member published by $as_of that names any has them
-- columns: family_key, position (1 = first applicant), holder (folded name)
-- why one member: later ones may name the same applicants in another script, which would make partners of one holder
-- reads: network_nodes (family_key)
SELECT a.family_key, a."sequence" AS position, a.folded_name AS holder
FROM applicants AS a
INNER JOIN (
    SELECT
        b.family_key,
        b.publication_number,
        row_number() OVER (PARTITION BY b.family_key ORDER BY p.publication_date, b.publication_number) AS member_order
    FROM (SELECT DISTINCT x.family_key, x.publication_number FROM applicants AS x WHERE x.folded_name IS NOT NULL) AS b
    INNER JOIN publications AS p ON p.publication_number = b.publication_number
    WHERE p.publication_date <= $as_of AND b.family_key IN (SELECT n.family_key FROM network_nodes AS n)
) AS e ON e.family_key = a.family_key AND e.publication_number = a.publication_number AND e.member_order = 1
WHERE a.folded_name IS NOT NULL
ORDER BY a.family_key, a."sequence"
