-- name: track
-- grain: one row per run in which a technology was looked at
-- columns: K and D with intervals, strategy, the four probabilities, whether the series breaks here
-- reads: matrix_history, run_certainty
SELECT h.run_id, h.as_of, h.origin, h.capability, h.dynamics, h.strategy, h.is_watch, h.is_break, h.families, h.data_label,
       c.capability_low, c.capability_high, c.dynamics_low, c.dynamics_high, c.p_assault, c.p_disrupt, c.p_entrench, c.p_position
FROM matrix_history AS h
LEFT JOIN run_certainty AS c ON c.run_id = h.run_id AND c.technology_id = h.technology_id AND c.frame = h.frame
WHERE h.technology_id = $technology AND h.frame = $frame AND h.origin IN ('live', 'backfill')
ORDER BY h.as_of, h.run_id
