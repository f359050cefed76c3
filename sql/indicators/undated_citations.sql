-- name: undated_citations
-- grain: one row per cited family with citing families of unknown date
-- columns: cited_family_key, known_from: the day by which every such citing family had been stated. Before it the
--   family's number of forward citations is unknown, since each may or may not have been published by then.
-- units: calendar dates
SELECT cited_family_key, max(cited_on) AS known_from
FROM family_citations
WHERE date_basis = 'received'
GROUP BY cited_family_key
