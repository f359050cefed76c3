-- name: narrow_family_citations
-- grain: family_citations of the families of a topic: who cites them
-- engines: both
-- needs: family_citations, topic_families
SELECT n.* FROM family_citations AS n INNER JOIN topic_families AS t ON t.family_key = n.cited_family_key
