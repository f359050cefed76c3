-- Alerts, what they rest on, what became of them, and the outbox they are delivered from.

CREATE TABLE alert_facts (
    alert_id INTEGER NOT NULL, fingerprint VARCHAR NOT NULL, rule VARCHAR NOT NULL, severity VARCHAR NOT NULL, certainty VARCHAR, technology_id VARCHAR, source VARCHAR,
    run_id INTEGER, as_of DATE, frames VARCHAR, from_strategy VARCHAR, to_strategy VARCHAR, probability DOUBLE, title_zh VARCHAR NOT NULL, title_en VARCHAR NOT NULL,
    text_zh VARCHAR NOT NULL, text_en VARCHAR NOT NULL, why_zh VARCHAR, why_en VARCHAR, data_label VARCHAR, state VARCHAR NOT NULL, state_at TIMESTAMP NOT NULL, state_by VARCHAR NOT NULL,
    created_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE alert_facts IS 'One row per fact worth telling somebody: what the alerts view reads.';
COMMENT ON COLUMN alert_facts.alert_id IS 'Number, rising.';
COMMENT ON COLUMN alert_facts.fingerprint IS 'Names the fact: the same fact never makes a second alert.';
COMMENT ON COLUMN alert_facts.rule IS 'Rule that found it (docs/alerts.md).';
COMMENT ON COLUMN alert_facts.severity IS 'info, notice or urgent.';
COMMENT ON COLUMN alert_facts.certainty IS 'Moves: confirmed or tentative; NULL for other rules.';
COMMENT ON COLUMN alert_facts.technology_id IS 'Technology concerned; NULL when none.';
COMMENT ON COLUMN alert_facts.source IS 'Source concerned; NULL when none.';
COMMENT ON COLUMN alert_facts.run_id IS 'Run in which it was found; NULL when no run was needed.';
COMMENT ON COLUMN alert_facts.as_of IS 'As-of date T of that run.';
COMMENT ON COLUMN alert_facts.frames IS 'Moves: both, relative or anchored: the frames under which the move holds.';
COMMENT ON COLUMN alert_facts.from_strategy IS 'Moves: strategy before.';
COMMENT ON COLUMN alert_facts.to_strategy IS 'Moves: strategy after; watch: the strategy beyond the line.';
COMMENT ON COLUMN alert_facts.probability IS 'Bootstrap probability of to_strategy in the relative frame; NULL unknown.';
COMMENT ON COLUMN alert_facts.title_zh IS 'One line, Chinese.';
COMMENT ON COLUMN alert_facts.title_en IS 'One line, English.';
COMMENT ON COLUMN alert_facts.text_zh IS 'What happened, Chinese.';
COMMENT ON COLUMN alert_facts.text_en IS 'What happened, English.';
COMMENT ON COLUMN alert_facts.why_zh IS 'Why, one sentence, Chinese; NULL where nothing is to be split.';
COMMENT ON COLUMN alert_facts.why_en IS 'Why, one sentence, English.';
COMMENT ON COLUMN alert_facts.data_label IS 'real, synthetic or mixed: the records behind it.';
COMMENT ON COLUMN alert_facts.state IS 'new, sent, acknowledged or resolved.';
COMMENT ON COLUMN alert_facts.state_at IS 'Since when (UTC).';
COMMENT ON COLUMN alert_facts.state_by IS 'Who put it into that state; stuckneck for the program.';
COMMENT ON COLUMN alert_facts.created_at IS 'When it was found (UTC).';

CREATE TABLE alert_evidence (
    alert_id INTEGER NOT NULL, item_no INTEGER NOT NULL, kind VARCHAR NOT NULL, label VARCHAR NOT NULL, value_before VARCHAR, value_after VARCHAR, query VARCHAR
);
COMMENT ON TABLE alert_evidence IS 'What an alert rests on, each item with a SELECT that shows the rows.';
COMMENT ON COLUMN alert_evidence.alert_id IS 'Alert.';
COMMENT ON COLUMN alert_evidence.item_no IS 'Order within the alert, from 1.';
COMMENT ON COLUMN alert_evidence.kind IS 'figure, rows, held (an alert that was not made because its source failed) or row (of a rule of your own).';
COMMENT ON COLUMN alert_evidence.label IS 'What it is.';
COMMENT ON COLUMN alert_evidence.value_before IS 'Value in the earlier run; NULL unknown or none.';
COMMENT ON COLUMN alert_evidence.value_after IS 'Value in the run of the alert.';
COMMENT ON COLUMN alert_evidence.query IS 'SELECT that shows the rows behind it (`stuckneck sql`).';

CREATE TABLE alert_log (
    alert_id INTEGER NOT NULL, happened_at TIMESTAMP NOT NULL, who VARCHAR NOT NULL, from_state VARCHAR, to_state VARCHAR NOT NULL, note VARCHAR, request_id VARCHAR
);
COMMENT ON TABLE alert_log IS 'Every change of state of every alert, with who and when.';
COMMENT ON COLUMN alert_log.alert_id IS 'Alert.';
COMMENT ON COLUMN alert_log.happened_at IS 'When (UTC); for queued requests when the person asked.';
COMMENT ON COLUMN alert_log.who IS 'Who; stuckneck for the program.';
COMMENT ON COLUMN alert_log.from_state IS 'State before; NULL at the start.';
COMMENT ON COLUMN alert_log.to_state IS 'State after.';
COMMENT ON COLUMN alert_log.note IS 'Why, in words.';
COMMENT ON COLUMN alert_log.request_id IS 'Name of the queued request (inbox file): applied once.';

CREATE TABLE outbox (
    message_id INTEGER NOT NULL, channel VARCHAR NOT NULL, recipient VARCHAR NOT NULL, kind VARCHAR NOT NULL, alert_id INTEGER, run_id INTEGER, state VARCHAR NOT NULL, attempts INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL, next_attempt_at TIMESTAMP NOT NULL, sent_at TIMESTAMP, batch_id INTEGER, last_error VARCHAR
);
COMMENT ON TABLE outbox IS 'What is to be told through which channel: sent at least once, retried with growing pauses.';
COMMENT ON COLUMN outbox.message_id IS 'Number, rising.';
COMMENT ON COLUMN outbox.channel IS 'Channel ([delivery.channels.NAME]); its address stands in the environment only.';
COMMENT ON COLUMN outbox.recipient IS 'Who is behind the channel.';
COMMENT ON COLUMN outbox.kind IS 'immediate, digest or nothing_moved.';
COMMENT ON COLUMN outbox.alert_id IS 'Alert told; NULL for nothing_moved.';
COMMENT ON COLUMN outbox.run_id IS 'nothing_moved: the run in which nothing moved.';
COMMENT ON COLUMN outbox.state IS 'pending, sending (cut while sending: sent again, marked as a possible repeat), sent, given_up or dropped (resolved before it was sent).';
COMMENT ON COLUMN outbox.attempts IS 'Attempts so far.';
COMMENT ON COLUMN outbox.created_at IS 'When it was put in (UTC).';
COMMENT ON COLUMN outbox.next_attempt_at IS 'Not before (UTC).';
COMMENT ON COLUMN outbox.sent_at IS 'When the channel took it (UTC).';
COMMENT ON COLUMN outbox.batch_id IS 'Messages with the same number went out as one.';
COMMENT ON COLUMN outbox.last_error IS 'Why the last attempt failed, without address or credentials.';

CREATE TABLE alert_rule_runs (rule VARCHAR NOT NULL, statement_hash VARCHAR NOT NULL, snapshot VARCHAR NOT NULL, evaluated_at TIMESTAMP NOT NULL, rows_found INTEGER, error VARCHAR);
COMMENT ON TABLE alert_rule_runs IS 'When each rule of your own was last evaluated, and how that went.';
COMMENT ON COLUMN alert_rule_runs.rule IS 'Rule ([alerts.rules.NAME]).';
COMMENT ON COLUMN alert_rule_runs.statement_hash IS 'Hash of its SQL: a changed statement is evaluated anew.';
COMMENT ON COLUMN alert_rule_runs.snapshot IS 'Snapshot it was evaluated on.';
COMMENT ON COLUMN alert_rule_runs.evaluated_at IS 'When (UTC).';
COMMENT ON COLUMN alert_rule_runs.rows_found IS 'Rows it returned; NULL when it failed.';
COMMENT ON COLUMN alert_rule_runs.error IS 'Why it failed.';
