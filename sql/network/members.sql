-- name: members
-- grain: one row per family of the network: families that satisfy one of the wanted queries (docs/methods.md)
-- columns: family_key, member_from (first publication that satisfies a query; may be later than the as-of date)
-- reads: wanted_technologies (technology_id, query_hash), united: one network
SELECT fm.family_key, min(fm.member_from) AS member_from
FROM family_memberships AS fm
INNER JOIN wanted_technologies AS w ON w.technology_id = fm.technology_id AND w.query_hash = fm.query_hash
GROUP BY fm.family_key
ORDER BY fm.family_key
