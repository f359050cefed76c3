-- name: review_unmeasured
-- grain: one row per technology with families at $as_of, whether measured or not
-- columns: technology_id, families, families_earlier, families_later (by the window date, within the given days)
-- units: families before screening
-- reads: wanted_technologies (technology_id, query_hash), family_memberships, family_states
SELECT
    m.technology_id,
    count(*) AS families,
    sum(CASE WHEN s.window_day BETWEEN $earlier_from AND $earlier_to AND s.window_day <= $as_of THEN 1 ELSE 0 END) AS families_earlier,
    sum(CASE WHEN s.window_day BETWEEN $later_from AND $later_to AND s.window_day <= $as_of THEN 1 ELSE 0 END) AS families_later
FROM (
    SELECT fm.technology_id, fm.family_key
    FROM family_memberships AS fm
    INNER JOIN wanted_technologies AS w ON w.technology_id = fm.technology_id AND w.query_hash = fm.query_hash
    WHERE fm.member_from <= $as_of
    GROUP BY fm.technology_id, fm.family_key
) AS m
INNER JOIN (
    SELECT family_key, CASE WHEN $by_filing THEN filing_date ELSE priority_date END AS window_day
    FROM family_states
    WHERE valid_from <= $as_of AND valid_to > $as_of
) AS s ON s.family_key = m.family_key
GROUP BY m.technology_id
