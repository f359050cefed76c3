-- name: deliveries
-- grain: one row per channel and state of its messages
-- columns: messages; next_attempt_at: when the next of them is tried (UTC); last_error: why the newest was not taken
-- units: messages
-- reads: outbox
SELECT
    channel, state, count(*) AS messages, min(next_attempt_at) AS next_attempt_at,
    arg_max(last_error, message_id) AS last_error
FROM outbox
GROUP BY channel, state
ORDER BY channel, state
