-- name: field_coverage
-- grain: one row per technology, source, field and span of the latest run of the record
CREATE OR REPLACE VIEW field_coverage AS
SELECT f.run_id, r.as_of, f.technology_id, i.name_zh, i.name_en, f.source, f.field, f.span, f.records, f.filled, f.filled / nullif(f.records, 0) AS filled_share, f.before_run, f.share_before, f.fell, r.data_label
FROM run_fields AS f
JOIN runs AS r ON r.run_id = f.run_id
LEFT JOIN edition_items AS i ON i.edition_id = r.edition_id AND i.technology_id = f.technology_id
WHERE f.run_id = (SELECT max(m.run_id) FROM run_fields AS m);
COMMENT ON VIEW field_coverage IS 'How full each field of a technology''s records is by source, and whether it fell (字段完整率); a fall holds the technology.';
COMMENT ON COLUMN field_coverage.run_id IS 'Run.';
COMMENT ON COLUMN field_coverage.as_of IS 'As-of date T.';
COMMENT ON COLUMN field_coverage.technology_id IS 'Technology.';
COMMENT ON COLUMN field_coverage.name_zh IS 'Chinese name.';
COMMENT ON COLUMN field_coverage.name_en IS 'English name.';
COMMENT ON COLUMN field_coverage.source IS 'Source; *: all together.';
COMMENT ON COLUMN field_coverage.field IS 'Field.';
COMMENT ON COLUMN field_coverage.span IS 'all, or recent: published in the 24 months before T.';
COMMENT ON COLUMN field_coverage.records IS 'Publications of the technology that the source states.';
COMMENT ON COLUMN field_coverage.filled IS 'Of these with the field.';
COMMENT ON COLUMN field_coverage.filled_share IS 'filled / records; NULL without records.';
COMMENT ON COLUMN field_coverage.before_run IS 'Run it is compared with.';
COMMENT ON COLUMN field_coverage.share_before IS 'Share in that run.';
COMMENT ON COLUMN field_coverage.fell IS 'It fell: an artefact until shown otherwise.';
COMMENT ON COLUMN field_coverage.data_label IS 'real, synthetic or mixed.';
