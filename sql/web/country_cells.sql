-- name: country_cells
-- grain: one row per technology, country and run
-- columns: families, and in place of the comment the country's share of every indicator of the run
-- reads: run_families
SELECT technology_id, country, count(*) AS families /* shares */
FROM run_families WHERE run_id = $run AND country IS NOT NULL
GROUP BY technology_id, country
