-- name: narrow_families
-- grain: families of the topics and those that cite them
-- engines: both
-- needs: families, wanted_families
SELECT n.* FROM families AS n INNER JOIN wanted_families AS w ON w.family_key = n.family_key
