-- name: wanted_family_of
-- grain: family_of of the wanted families
-- engines: both
-- needs: wanted_families, family_of
SELECT f.* FROM family_of AS f INNER JOIN wanted_families AS w ON w.family_key = f.family_key
