-- Since when a run is parked, and the task that backs up.

ALTER TABLE runs ADD COLUMN parked_at TIMESTAMP;
COMMENT ON COLUMN runs.parked_at IS 'When it was parked (UTC); NULL where it never was, or was before this column.';
COMMENT ON COLUMN schedules.task IS 'refresh, review, prune, backup, deliver or heartbeat.';
COMMENT ON COLUMN schedule_slots.task IS 'What was due: refresh, review, prune, backup, deliver or heartbeat.';
