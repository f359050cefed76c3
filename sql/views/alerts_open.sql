-- name: alerts_open
-- grain: one row per alert that nobody has resolved
CREATE OR REPLACE VIEW alerts_open AS
SELECT a.alert_id, a.state, a.rule, a.severity, a.certainty, a.technology_id, i.name_zh, a.source, a.as_of, a.from_strategy, a.to_strategy, a.frames, a.probability, a.title_zh, a.title_en,
       a.data_label, a.created_at, a.state_by
FROM alert_facts AS a
LEFT JOIN runs AS r ON r.run_id = a.run_id
LEFT JOIN edition_items AS i ON i.edition_id = r.edition_id AND i.technology_id = a.technology_id
WHERE a.state <> 'resolved';
COMMENT ON VIEW alerts_open IS 'Alerts that are not resolved yet (未解决的告警).';
COMMENT ON COLUMN alerts_open.alert_id IS 'Number.';
COMMENT ON COLUMN alerts_open.state IS 'new, sent or acknowledged.';
COMMENT ON COLUMN alerts_open.rule IS 'Rule (docs/alerts.md).';
COMMENT ON COLUMN alerts_open.severity IS 'info, notice or urgent.';
COMMENT ON COLUMN alerts_open.certainty IS 'Moves: confirmed or tentative.';
COMMENT ON COLUMN alerts_open.technology_id IS 'Technology.';
COMMENT ON COLUMN alerts_open.name_zh IS 'Chinese name.';
COMMENT ON COLUMN alerts_open.source IS 'Source concerned.';
COMMENT ON COLUMN alerts_open.as_of IS 'As-of date T.';
COMMENT ON COLUMN alerts_open.from_strategy IS 'Strategy before.';
COMMENT ON COLUMN alerts_open.to_strategy IS 'Strategy after, or beyond the line.';
COMMENT ON COLUMN alerts_open.frames IS 'Frames under which a move holds.';
COMMENT ON COLUMN alerts_open.probability IS 'Bootstrap probability of to_strategy.';
COMMENT ON COLUMN alerts_open.title_zh IS 'One line, Chinese.';
COMMENT ON COLUMN alerts_open.title_en IS 'One line, English.';
COMMENT ON COLUMN alerts_open.data_label IS 'real, synthetic or mixed.';
COMMENT ON COLUMN alerts_open.created_at IS 'When it was found (UTC).';
COMMENT ON COLUMN alerts_open.state_by IS 'Who put it into its state.';
