-- name: citations
-- grain: one row per pair of families of which at least one is a member (docs/methods.md, Network)
-- columns: cited_family_key, citing_family_key, cited_on (earliest citing date; later than the as-of date too, the graph counts them)
-- reads: network_members (family_key)
SELECT c.cited_family_key, c.citing_family_key, c.cited_on
FROM family_citations AS c
WHERE c.cited_family_key IN (SELECT m.family_key FROM network_members AS m)
    OR c.citing_family_key IN (SELECT m.family_key FROM network_members AS m)
