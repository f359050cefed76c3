-- name: funnel_grows
-- meaning: A screening step left more families than the step before it.
-- blocking: yes
SELECT technology_id, step_no, families_left, before FROM (
    SELECT technology_id, step_no, families_left, lag(families_left) OVER (PARTITION BY technology_id ORDER BY step_no) AS before FROM run_screening WHERE run_id = $run_id
) AS s
WHERE families_left > before
