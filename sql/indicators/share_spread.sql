-- name: share_spread
-- grain: one row per technology and indicator of run $run_id
-- columns: technology_id, indicator, spread (standard error of the share, 0..1)
-- units: linearised Poisson bootstrap over families: sqrt(sum((x * (focal - share))^2)) / sum(x)
WITH terms AS (
    SELECT f.technology_id, 'applications' AS indicator, 1.0 AS x, f.focal_weight FROM run_families AS f WHERE f.run_id = $run_id
    UNION ALL SELECT f.technology_id, 'citations', CAST(f.forward_citations AS DOUBLE), f.focal_weight FROM run_families AS f WHERE f.run_id = $run_id
    UNION ALL SELECT f.technology_id, 'claims', CAST(f.claim_count AS DOUBLE), f.focal_weight FROM run_families AS f WHERE f.run_id = $run_id
    UNION ALL SELECT f.technology_id, 'pct', CASE WHEN f.is_pct THEN 1.0 WHEN NOT f.is_pct THEN 0.0 END, f.focal_weight FROM run_families AS f WHERE f.run_id = $run_id
    UNION ALL SELECT f.technology_id, 'grants', CASE WHEN f.grant_in_force THEN 1.0 WHEN NOT f.grant_in_force THEN 0.0 END, f.focal_weight FROM run_families AS f WHERE f.run_id = $run_id
)
SELECT t.technology_id, t.indicator, sqrt(sum(t.x * t.x * (t.focal_weight - n.value) * (t.focal_weight - n.value))) / nullif(sum(t.x), 0) AS spread
FROM terms AS t
JOIN run_indicators AS n ON n.run_id = $run_id AND n.technology_id = t.technology_id AND n.indicator = t.indicator
WHERE t.x IS NOT NULL AND t.focal_weight IS NOT NULL AND n.value IS NOT NULL
GROUP BY t.technology_id, t.indicator
