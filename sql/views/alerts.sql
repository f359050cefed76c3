-- name: alerts
-- grain: one row per alert
CREATE OR REPLACE VIEW alerts AS
SELECT a.alert_id, a.state, a.rule, a.severity, a.certainty, a.technology_id, i.name_zh, i.name_en, a.source, a.as_of, a.from_strategy, a.to_strategy, a.frames, a.probability,
       a.title_zh, a.title_en, a.text_zh, a.text_en, a.why_zh, a.why_en, a.data_label, a.run_id, a.created_at, a.state_at, a.state_by, a.fingerprint
FROM alert_facts AS a
LEFT JOIN runs AS r ON r.run_id = a.run_id
LEFT JOIN edition_items AS i ON i.edition_id = r.edition_id AND i.technology_id = a.technology_id;
COMMENT ON VIEW alerts IS 'Everything that was worth telling somebody, with its state (告警).';
COMMENT ON COLUMN alerts.alert_id IS 'Number.';
COMMENT ON COLUMN alerts.state IS 'new, sent, acknowledged, resolved.';
COMMENT ON COLUMN alerts.rule IS 'Rule (docs/alerts.md).';
COMMENT ON COLUMN alerts.severity IS 'info, notice or urgent.';
COMMENT ON COLUMN alerts.certainty IS 'Moves: confirmed or tentative.';
COMMENT ON COLUMN alerts.technology_id IS 'Technology.';
COMMENT ON COLUMN alerts.name_zh IS 'Chinese name.';
COMMENT ON COLUMN alerts.name_en IS 'English name.';
COMMENT ON COLUMN alerts.source IS 'Source concerned.';
COMMENT ON COLUMN alerts.as_of IS 'As-of date T.';
COMMENT ON COLUMN alerts.from_strategy IS 'Strategy before.';
COMMENT ON COLUMN alerts.to_strategy IS 'Strategy after, or beyond the line.';
COMMENT ON COLUMN alerts.frames IS 'Frames under which a move holds: both, relative or anchored.';
COMMENT ON COLUMN alerts.probability IS 'Bootstrap probability of to_strategy.';
COMMENT ON COLUMN alerts.title_zh IS 'One line, Chinese.';
COMMENT ON COLUMN alerts.title_en IS 'One line, English.';
COMMENT ON COLUMN alerts.text_zh IS 'What happened, Chinese.';
COMMENT ON COLUMN alerts.text_en IS 'What happened, English.';
COMMENT ON COLUMN alerts.why_zh IS 'Why, Chinese.';
COMMENT ON COLUMN alerts.why_en IS 'Why, English.';
COMMENT ON COLUMN alerts.data_label IS 'real, synthetic or mixed.';
COMMENT ON COLUMN alerts.run_id IS 'Run in which it was found.';
COMMENT ON COLUMN alerts.created_at IS 'When it was found (UTC).';
COMMENT ON COLUMN alerts.state_at IS 'In this state since (UTC).';
COMMENT ON COLUMN alerts.state_by IS 'Who put it there.';
COMMENT ON COLUMN alerts.fingerprint IS 'Names the fact.';
