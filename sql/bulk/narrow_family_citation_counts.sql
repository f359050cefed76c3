-- name: narrow_family_citation_counts
-- grain: family_citation_counts of the families of a topic
-- engines: both
-- needs: family_citation_counts, topic_families
SELECT n.* FROM family_citation_counts AS n INNER JOIN topic_families AS t ON t.family_key = n.family_key
