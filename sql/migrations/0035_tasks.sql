-- The tasks a schedule can name, all of them.

COMMENT ON COLUMN schedules.task IS 'refresh, review, sentinels, prune, backup, deliver or heartbeat.';
COMMENT ON COLUMN schedule_slots.task IS 'What was due: refresh, review, sentinels, prune, backup, deliver or heartbeat.';
