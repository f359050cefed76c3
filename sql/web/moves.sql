-- name: moves
-- grain: one row per technology whose strategy differs between two runs
-- columns: strategies, K and D of both runs
-- reads: run_placements, runs, edition_items
SELECT b.technology_id, coalesce(i.name_zh, b.technology_id) AS name_zh, coalesce(i.name_en, i.name_zh, b.technology_id) AS name_en,
       a.strategy AS from_strategy, b.strategy AS to_strategy, a.capability AS capability_before, b.capability AS capability_after,
       a.dynamics AS dynamics_before, b.dynamics AS dynamics_after, a.families AS families_before, b.families AS families_after
FROM run_placements AS b
JOIN runs AS r ON r.run_id = b.run_id
LEFT JOIN run_placements AS a ON a.run_id = $before AND a.technology_id = b.technology_id AND a.frame = b.frame
LEFT JOIN edition_items AS i ON i.edition_id = r.edition_id AND i.technology_id = b.technology_id
WHERE b.run_id = $after AND b.frame = $frame
ORDER BY i.number NULLS LAST, b.technology_id
