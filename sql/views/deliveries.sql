-- name: deliveries
-- grain: one row per message and channel
CREATE OR REPLACE VIEW deliveries AS
SELECT o.message_id, o.channel, o.recipient, o.kind, o.alert_id, a.title_zh, a.title_en, o.state, o.attempts, o.created_at, o.next_attempt_at, o.sent_at, o.batch_id, o.last_error
FROM outbox AS o
LEFT JOIN alert_facts AS a ON a.alert_id = o.alert_id;
COMMENT ON VIEW deliveries IS 'What was sent to whom, through which channel, and what is still to be sent (推送记录).';
COMMENT ON COLUMN deliveries.message_id IS 'Number.';
COMMENT ON COLUMN deliveries.channel IS 'Channel.';
COMMENT ON COLUMN deliveries.recipient IS 'Who is behind it.';
COMMENT ON COLUMN deliveries.kind IS 'immediate, digest or nothing_moved.';
COMMENT ON COLUMN deliveries.alert_id IS 'Alert.';
COMMENT ON COLUMN deliveries.title_zh IS 'Its line, Chinese.';
COMMENT ON COLUMN deliveries.title_en IS 'Its line, English.';
COMMENT ON COLUMN deliveries.state IS 'pending, sending, sent, given_up or dropped.';
COMMENT ON COLUMN deliveries.attempts IS 'Attempts so far.';
COMMENT ON COLUMN deliveries.created_at IS 'When it was put in (UTC).';
COMMENT ON COLUMN deliveries.next_attempt_at IS 'Not before (UTC).';
COMMENT ON COLUMN deliveries.sent_at IS 'When the channel took it (UTC).';
COMMENT ON COLUMN deliveries.batch_id IS 'Messages that went out as one.';
COMMENT ON COLUMN deliveries.last_error IS 'Why the last attempt failed.';
