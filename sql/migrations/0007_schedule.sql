-- What is due: the schedules as the program knows them, and what became of each of their slots.

CREATE TABLE schedules (
    schedule VARCHAR NOT NULL, task VARCHAR NOT NULL, definition VARCHAR NOT NULL, time_zone VARCHAR NOT NULL, since TIMESTAMP NOT NULL, settled_until TIMESTAMP NOT NULL
);
COMMENT ON TABLE schedules IS 'The schedules of stuckneck.toml as the program last saw them; a schedule counts from when it was first seen.';
COMMENT ON COLUMN schedules.schedule IS 'Name: [schedule.NAME].';
COMMENT ON COLUMN schedules.task IS 'refresh, review, prune, deliver or heartbeat.';
COMMENT ON COLUMN schedules.definition IS 'cron:FIELDS or every:INTERVAL as written.';
COMMENT ON COLUMN schedules.time_zone IS 'Time zone the definition is read in.';
COMMENT ON COLUMN schedules.since IS 'When this definition was first seen (UTC): earlier slots are not due.';
COMMENT ON COLUMN schedules.settled_until IS 'Up to when slots have been decided (UTC); each has a row in schedule_slots.';

CREATE TABLE schedule_slots (
    schedule VARCHAR NOT NULL, slot TIMESTAMP NOT NULL, task VARCHAR NOT NULL, as_of DATE NOT NULL, state VARCHAR NOT NULL, run_id INTEGER, attempts INTEGER NOT NULL,
    retry_after TIMESTAMP, reason VARCHAR, decided_at TIMESTAMP NOT NULL, ended_at TIMESTAMP
);
COMMENT ON TABLE schedule_slots IS 'One row per slot of a schedule that has come: either the run that served it or the reason why none did.';
COMMENT ON COLUMN schedule_slots.schedule IS 'The schedule.';
COMMENT ON COLUMN schedule_slots.slot IS 'The moment it was due (UTC).';
COMMENT ON COLUMN schedule_slots.task IS 'What was due: refresh, review, prune, deliver or heartbeat.';
COMMENT ON COLUMN schedule_slots.as_of IS 'The slot''s calendar date in the schedule''s time zone: the as-of date of a refresh.';
COMMENT ON COLUMN schedule_slots.state IS 'due (waiting, running or to be tried again), done (run_id served it), merged (a later slot''s run served it too), failed (given up), skipped (nothing to do, or switched off).';
COMMENT ON COLUMN schedule_slots.run_id IS 'The run that served it.';
COMMENT ON COLUMN schedule_slots.attempts IS 'Attempts that failed so far.';
COMMENT ON COLUMN schedule_slots.retry_after IS 'Not to be tried before (UTC): after a failure, or while a quota is spent.';
COMMENT ON COLUMN schedule_slots.reason IS 'Why it was merged, given up or skipped, or why the latest attempt failed.';
COMMENT ON COLUMN schedule_slots.decided_at IS 'When the program saw that it had come (UTC).';
COMMENT ON COLUMN schedule_slots.ended_at IS 'When it was settled (UTC).';
