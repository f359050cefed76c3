-- name: forward_citations
-- grain: one row per citing family of each cited family, dated on or before $last
-- columns: cited_family_key, cited_on (earliest publication date of the citing family that cites)
-- units: calendar dates
SELECT cited_family_key, cited_on
FROM family_citations
WHERE cited_on <= $last
