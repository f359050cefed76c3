-- name: family_memberships
-- target: family_memberships
-- grain: one row per technology, query and family
-- needs: memberships
SELECT technology_id, query_hash, family_key, min(member_from) AS member_from
FROM memberships
WHERE member_from IS NOT NULL
GROUP BY technology_id, query_hash, family_key
ORDER BY technology_id, query_hash, family_key
