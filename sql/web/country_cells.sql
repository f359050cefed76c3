-- name: country_cells
-- grain: one row per technology, country and run
-- columns: families, citations, claims, PCT families of the country and of all whose country is known
-- reads: run_families
WITH known AS (
    SELECT technology_id, country, forward_citations, claim_count, is_pct
    FROM run_families WHERE run_id = $run AND country IS NOT NULL
), totals AS (
    SELECT technology_id, count(*) AS families, sum(forward_citations) AS citations, sum(claim_count) AS claims,
           count(*) FILTER (is_pct) AS pct
    FROM known GROUP BY technology_id
)
SELECT k.technology_id, k.country, count(*) AS families, count(*) / nullif(any_value(t.families), 0) AS applications,
       sum(k.forward_citations) / nullif(any_value(t.citations), 0) AS citations,
       sum(k.claim_count) / nullif(any_value(t.claims), 0) AS claims,
       count(*) FILTER (k.is_pct) / nullif(any_value(t.pct), 0) AS pct
FROM known AS k JOIN totals AS t USING (technology_id)
GROUP BY k.technology_id, k.country
