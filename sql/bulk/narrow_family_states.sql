-- name: narrow_family_states
-- grain: family_states of the families of a topic
-- engines: both
-- needs: family_states, topic_families
SELECT n.* FROM family_states AS n INNER JOIN topic_families AS t ON t.family_key = n.family_key
