-- name: citation_without_family
-- meaning: A citation has an end that is no family, or a family cites itself.
-- blocking: yes
SELECT c.cited_family_key, c.citing_family_key FROM family_citations AS c
LEFT JOIN families AS a ON a.family_key = c.cited_family_key
LEFT JOIN families AS b ON b.family_key = c.citing_family_key
WHERE a.family_key IS NULL OR b.family_key IS NULL OR c.cited_family_key = c.citing_family_key
