-- name: published
-- grain: one row: the newest run that published
-- columns: run_id, snapshot, as_of, finished_at (UTC), data_label, held: technologies it could not speak about
-- reads: runs, run_held
SELECT r.run_id, r.snapshot, r.as_of, r.finished_at, r.data_label,
       (SELECT count(DISTINCT h.technology_id) FROM run_held AS h WHERE h.run_id = r.run_id) AS held
FROM runs AS r
WHERE r.state = 'succeeded' AND r.snapshot IS NOT NULL
ORDER BY r.run_id DESC
LIMIT 1
