-- name: shift_does_not_add_up
-- meaning: A technology's raw dynamics is not the sum of the amplitudes of its counted new prefixes.
-- blocking: yes
SELECT p.technology_id, p.dynamics_raw, coalesce(sum(s.amplitude) FILTER (WHERE s.is_counted), 0) AS listed FROM run_placements AS p
LEFT JOIN run_shift AS s ON s.run_id = p.run_id AND s.technology_id = p.technology_id
WHERE p.run_id = $run_id AND p.frame = 'relative' AND p.dynamics_raw IS NOT NULL
GROUP BY p.technology_id, p.dynamics_raw HAVING p.dynamics_raw <> coalesce(sum(s.amplitude) FILTER (WHERE s.is_counted), 0)
