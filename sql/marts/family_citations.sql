-- name: family_citations
-- target: family_citations
-- grain: one row per pair of families, at the earliest citing date (docs/methods.md, Capability: once per citing family)
-- needs: citations
SELECT cited_family_key, citing_family_key, min(citing_date) AS cited_on, arg_min(date_basis, (citing_date, date_basis)) AS date_basis
FROM citations
WHERE cited_family_key <> citing_family_key AND citing_date IS NOT NULL
GROUP BY cited_family_key, citing_family_key
ORDER BY cited_family_key, citing_family_key
