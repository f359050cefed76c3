-- name: side_by_side
-- grain: one row per pair of folded names that stand in the same place among equally many applicants of two members of one family
-- columns: first_name, second_name (in the order of letters), together (families), compared (families of the rarer name with
--   members to compare)
-- reads: applicants
WITH listed AS (
    SELECT family_key, publication_number, max("sequence") AS applicants FROM applicants GROUP BY ALL
), stated AS (
    SELECT DISTINCT a.family_key, l.applicants, a."sequence", a.folded_name
    FROM applicants AS a
    INNER JOIN listed AS l ON l.family_key = a.family_key AND l.publication_number = a.publication_number
    WHERE a.folded_name IS NOT NULL
), pairs AS (
    SELECT x.folded_name AS first_name, y.folded_name AS second_name, count(DISTINCT x.family_key) AS together
    FROM stated AS x
    INNER JOIN stated AS y
        ON y.family_key = x.family_key AND y.applicants = x.applicants AND y."sequence" = x."sequence" AND x.folded_name < y.folded_name
    GROUP BY ALL
), comparable AS (
    SELECT s.folded_name, count(DISTINCT s.family_key) AS compared
    FROM stated AS s
    WHERE s.family_key IN (SELECT family_key FROM listed GROUP BY family_key HAVING count(*) > 1)
    GROUP BY s.folded_name
)
SELECT p.first_name, p.second_name, p.together, least(a.compared, b.compared) AS compared
FROM pairs AS p
INNER JOIN comparable AS a ON a.folded_name = p.first_name
INNER JOIN comparable AS b ON b.folded_name = p.second_name
ORDER BY p.first_name, p.second_name
