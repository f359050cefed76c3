-- name: forward_citations
-- grain: one row per citing family of each cited family, dated on or before $as_of (docs/methods.md, Capability)
-- columns: cited_family_key
-- units: counted per family by the caller (one bincount: 100 M rows in a few CPU seconds)
SELECT cited_family_key
FROM family_citations
WHERE cited_on <= $as_of
