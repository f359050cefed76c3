-- name: citations_of_others
-- grain: one row per cited and citing family of another holder: what takes the place of family_citations without self-citations
-- columns: those of family_citations
-- units: none; keys and days
-- why: a holder is the first applicant's folded name; where either is unknown it cannot be shown to be the same
SELECT c.cited_family_key, c.citing_family_key, c.cited_on, c.date_basis
FROM family_citations AS c
LEFT JOIN families AS a ON a.family_key = c.cited_family_key
LEFT JOIN families AS b ON b.family_key = c.citing_family_key
WHERE (a.first_applicant_folded = b.first_applicant_folded) IS DISTINCT FROM true
