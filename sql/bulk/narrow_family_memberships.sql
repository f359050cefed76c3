-- name: narrow_family_memberships
-- grain: family_memberships of the families of a topic
-- engines: both
-- needs: family_memberships, topic_families
SELECT n.* FROM family_memberships AS n INNER JOIN topic_families AS t ON t.family_key = n.family_key
