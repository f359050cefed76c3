-- name: corrected_shares
-- grain: one row per run, technology and indicator whose search was judged on both sides
CREATE OR REPLACE VIEW corrected_shares AS
SELECT c.run_id, r.as_of, c.technology_id, i.name_zh, i.name_en, c.indicator, c.value, c.corrected, c.low, c.high, c.factor, c.recall_basis, c.sample_id, r.data_label, a.focal_country
FROM run_corrected AS c
JOIN runs AS r ON r.run_id = c.run_id
LEFT JOIN applied_settings AS a ON a.run_id = r.run_id
LEFT JOIN edition_items AS i ON i.edition_id = r.edition_id AND i.technology_id = c.technology_id;
COMMENT ON VIEW corrected_shares IS 'Shares corrected for precision and recall beside the raw ones (校正占比与原始占比): the raw ones are the record.';
COMMENT ON COLUMN corrected_shares.run_id IS 'Run.';
COMMENT ON COLUMN corrected_shares.as_of IS 'As-of date T.';
COMMENT ON COLUMN corrected_shares.technology_id IS 'Technology.';
COMMENT ON COLUMN corrected_shares.name_zh IS 'Chinese name.';
COMMENT ON COLUMN corrected_shares.name_en IS 'English name.';
COMMENT ON COLUMN corrected_shares.indicator IS 'applications, citations, claims, pct.';
COMMENT ON COLUMN corrected_shares.value IS 'Raw share.';
COMMENT ON COLUMN corrected_shares.corrected IS 'Corrected share.';
COMMENT ON COLUMN corrected_shares.low IS 'Lower end of its 90 % interval.';
COMMENT ON COLUMN corrected_shares.high IS 'Upper end.';
COMMENT ON COLUMN corrected_shares.factor IS 'What the odds of the raw share were multiplied by.';
COMMENT ON COLUMN corrected_shares.recall_basis IS 'Whose recall was used; equal: unknown, taken as equal on both sides.';
COMMENT ON COLUMN corrected_shares.sample_id IS 'Sample the precision comes from.';
COMMENT ON COLUMN corrected_shares.data_label IS 'real, synthetic or mixed.';
COMMENT ON COLUMN corrected_shares.focal_country IS 'Focal country.';
