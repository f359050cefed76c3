-- name: review_coverage
-- grain: one row per technology and indicator of $run_id
-- columns: technology_id, indicator, coverage
-- units: share of families, 0..1; NULL where there are no families
-- reads: run_indicators
SELECT technology_id, indicator, coverage
FROM run_indicators
WHERE run_id = $run_id AND coverage IS NOT NULL
