-- name: review_measured
-- grain: one row per technology that $run_id measured
-- columns: technology_id, query_hash, families (after screening), not_placed_why, families_found (before screening),
--   families_earlier, families_later (of those kept, in each window)
-- units: families; NULL = unknown (the families of a run are kept for the latest runs only)
-- reads: run_placements, run_screening, run_families
SELECT
    p.technology_id,
    p.query_hash,
    p.families,
    p.not_placed_why,
    s.families_found,
    CASE WHEN k.technology_id IS NOT NULL THEN coalesce(w.families_earlier, 0) END AS families_earlier,
    CASE WHEN k.technology_id IS NOT NULL THEN coalesce(w.families_later, 0) END AS families_later
FROM run_placements AS p
LEFT JOIN (
    SELECT technology_id, max(families_left) AS families_found
    FROM run_screening
    WHERE run_id = $run_id AND step_no = 0
    GROUP BY technology_id
) AS s ON s.technology_id = p.technology_id
LEFT JOIN (
    SELECT DISTINCT q.technology_id
    FROM run_placements AS q
    INNER JOIN (SELECT DISTINCT run_id FROM run_families) AS r ON r.run_id = q.run_id
    WHERE q.run_id = $run_id
) AS k ON k.technology_id = p.technology_id
LEFT JOIN (
    SELECT
        technology_id,
        sum(CASE WHEN "window" = 1 THEN 1 ELSE 0 END) AS families_earlier,
        sum(CASE WHEN "window" = 2 THEN 1 ELSE 0 END) AS families_later
    FROM run_families
    WHERE run_id = $run_id
    GROUP BY technology_id
) AS w ON w.technology_id = p.technology_id
WHERE p.run_id = $run_id AND p.frame = 'relative'
