-- name: unanswered
-- meaning: A source gave no usable answer about a technology, or far fewer publications than are expected: its figures are of the records from before.
-- blocking: no
SELECT coalesce(source, 'all sources') AS source, technology_id, why FROM run_held WHERE run_id = $run_id
