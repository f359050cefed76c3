-- name: runs
-- grain: one row per run that placed something
-- columns: run_id, as_of, origin, kind, data_label, settings, edition_id, finished_at (UTC)
-- reads: run_placements, runs
SELECT r.run_id, any_value(p.as_of) AS as_of, any_value(p.origin) AS origin, r.kind, any_value(p.data_label) AS data_label,
       r.settings, r.settings_hash, r.edition_id, r.finished_at
FROM runs AS r
JOIN run_placements AS p ON p.run_id = r.run_id
GROUP BY ALL
ORDER BY as_of, r.run_id
