-- name: placements
-- grain: one row per technology of one run and frame
-- columns: K and D with 90 % intervals, strategy, watch, the four probabilities, families, why not placed
-- reads: run_placements, run_certainty, run_bounds, runs, edition_items
SELECT p.technology_id, coalesce(i.name_zh, p.technology_id) AS name_zh, coalesce(i.name_en, i.name_zh, p.technology_id) AS name_en,
       i.number, p.capability, p.dynamics, p.dynamics_raw, p.strategy, p.is_watch, p.watch_towards, p.distance, p.families,
       p.low_evidence, p.low_evidence_why, p.not_placed_why, p.data_label,
       c.capability_low, c.capability_high, c.dynamics_low, c.dynamics_high, c.p_assault, c.p_disrupt, c.p_entrench, c.p_position,
       CASE p.strategy WHEN 'assault' THEN c.p_assault WHEN 'disrupt' THEN c.p_disrupt
                       WHEN 'entrench' THEN c.p_entrench WHEN 'position' THEN c.p_position END AS probability, b.capability_least, b.capability_most, b.dynamics_least, b.dynamics_most, b.holds, b.is_sharp,
       p.strategy IS NOT NULL AND probability < greatest(c.p_assault, c.p_disrupt, c.p_entrench, c.p_position) AS unsettled
FROM run_placements AS p
JOIN runs AS r ON r.run_id = p.run_id
LEFT JOIN edition_items AS i ON i.edition_id = r.edition_id AND i.technology_id = p.technology_id
LEFT JOIN run_certainty AS c ON c.run_id = p.run_id AND c.technology_id = p.technology_id AND c.frame = p.frame
LEFT JOIN run_bounds AS b ON b.run_id = p.run_id AND b.technology_id = p.technology_id AND b.frame = p.frame
WHERE p.run_id = $run AND p.frame = $frame
ORDER BY i.number NULLS LAST, p.technology_id
