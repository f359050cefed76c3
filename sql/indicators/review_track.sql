-- name: review_track
-- grain: one row per technology and run up to $run_id, live runs and $run_id itself, newest first
-- columns: technology_id, run_id, query_hash, strategy (NULL not placed), families_found (before screening)
-- units: families
-- reads: run_placements, run_screening
SELECT p.technology_id, p.run_id, p.query_hash, p.strategy, s.families_left AS families_found
FROM run_placements AS p
LEFT JOIN run_screening AS s ON s.run_id = p.run_id AND s.technology_id = p.technology_id AND s.step_no = 0
WHERE p.frame = 'relative' AND p.run_id <= $run_id AND (p.origin = 'live' OR p.run_id = $run_id)
ORDER BY p.technology_id, p.run_id DESC
