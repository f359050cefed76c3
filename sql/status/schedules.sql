-- name: schedules
-- grain: one row per schedule the program has seen
-- columns: last_success_at: when a slot of it was last served (UTC), last_slot: the slot served then; due_slot: the slot
--   that waits, with the attempts that failed, when it is tried again (UTC) and why; given_up: slots given up since
-- reads: schedules, schedule_slots
SELECT
    s.schedule, s.task, s.definition, s.time_zone,
    max(t.ended_at) FILTER (t.state = 'done') AS last_success_at,
    max(t.slot) FILTER (t.state = 'done') AS last_slot,
    max(t.slot) FILTER (t.state = 'due') AS due_slot,
    coalesce(max(t.attempts) FILTER (t.state = 'due'), 0) AS attempts,
    max(t.retry_after) FILTER (t.state = 'due') AS retry_after,
    max(t.reason) FILTER (t.state = 'due') AS reason
FROM schedules AS s
LEFT JOIN schedule_slots AS t ON t.schedule = s.schedule
GROUP BY s.schedule, s.task, s.definition, s.time_zone
ORDER BY s.schedule
