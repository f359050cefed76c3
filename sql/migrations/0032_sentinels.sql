-- Known publications asked of each source in every run: what they said when they were first asked, and what differs now.

CREATE TABLE sentinel_memory (
    source VARCHAR NOT NULL, question VARCHAR NOT NULL, fields JSON NOT NULL, paths VARCHAR[] NOT NULL, total BIGINT,
    run_id INTEGER NOT NULL
);
COMMENT ON TABLE sentinel_memory IS 'What each source answered to the questions it is asked in every run; `stuckneck sentinels --accept SOURCE` forgets it.';
COMMENT ON COLUMN sentinel_memory.source IS 'Source.';
COMMENT ON COLUMN sentinel_memory.question IS 'Publication number, or search (the fixed search of one row).';
COMMENT ON COLUMN sentinel_memory.fields IS 'Fields the publication states: dates by their value, others by "stated".';
COMMENT ON COLUMN sentinel_memory.paths IS 'Paths of all fields of the answer as received.';
COMMENT ON COLUMN sentinel_memory.total IS 'Hits of the fixed search.';
COMMENT ON COLUMN sentinel_memory.run_id IS 'Run that last renewed it.';

CREATE TABLE sentinel_answers (
    run_id INTEGER NOT NULL, source VARCHAR NOT NULL, question VARCHAR NOT NULL, asked_at TIMESTAMP NOT NULL,
    outcome VARCHAR NOT NULL, status INTEGER, total BIGINT, note VARCHAR
);
COMMENT ON TABLE sentinel_answers IS 'The questions of a run about known publications, and how each was answered.';
COMMENT ON COLUMN sentinel_answers.run_id IS 'Run.';
COMMENT ON COLUMN sentinel_answers.source IS 'Source.';
COMMENT ON COLUMN sentinel_answers.question IS 'Publication number, or search (the fixed search of one row).';
COMMENT ON COLUMN sentinel_answers.asked_at IS 'When it was asked (UTC).';
COMMENT ON COLUMN sentinel_answers.outcome IS 'answers, gone (not found), ended (a redirect, HTTP 410 or a web page), unreadable, or away (no usable answer: the harvest itself says so).';
COMMENT ON COLUMN sentinel_answers.status IS 'HTTP status; NULL where no answer came.';
COMMENT ON COLUMN sentinel_answers.total IS 'Hits the service stated.';
COMMENT ON COLUMN sentinel_answers.note IS 'Why it could not be read, or what else is to be said.';

CREATE TABLE sentinel_findings (
    run_id INTEGER NOT NULL, source VARCHAR NOT NULL, kind VARCHAR NOT NULL, question VARCHAR, item VARCHAR, was VARCHAR, found VARCHAR
);
COMMENT ON TABLE sentinel_findings IS 'What differs from what is known of a source: rule source_changed tells it, audit sentinels_differ holds the figures.';
COMMENT ON COLUMN sentinel_findings.run_id IS 'Run.';
COMMENT ON COLUMN sentinel_findings.source IS 'Source.';
COMMENT ON COLUMN sentinel_findings.kind IS 'ended, gone, unreadable, emptied (a field), changed (a date that never changes), total (it jumped), lost or new (fields of the format).';
COMMENT ON COLUMN sentinel_findings.question IS 'Publication number, or search; NULL where it is about all of them.';
COMMENT ON COLUMN sentinel_findings.item IS 'Field, or path in the answer.';
COMMENT ON COLUMN sentinel_findings.was IS 'What was known.';
COMMENT ON COLUMN sentinel_findings.found IS 'What came.';
