-- name: slices_differ
-- meaning: Not as many publications came as the source said it had.
-- blocking: no
SELECT source, technology_id, expected, received, note FROM slices WHERE run_id = $run_id AND state = 'differs'
