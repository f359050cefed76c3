-- name: weights_do_not_add_up
-- meaning: The entropy weights of a frame of this run do not add up to 1.
-- blocking: yes
SELECT frame, sum(weight) AS total FROM run_weights WHERE run_id = $run_id AND indicator <> 'dynamics' GROUP BY frame HAVING abs(sum(weight) - 1) > 1e-9
