-- name: corrected_places
-- grain: one row per run, technology and frame of runs with a judged search
CREATE OR REPLACE VIEW corrected_places AS
SELECT c.run_id, p.as_of, p.origin, c.technology_id, i.name_zh, i.name_en, c.frame, c.is_corrected, p.capability, c.capability AS capability_corrected, c.capability_low, c.capability_high, c.dynamics_low, c.dynamics_high,
       p.strategy, CASE p.strategy WHEN 'assault' THEN c.p_assault WHEN 'disrupt' THEN c.p_disrupt WHEN 'entrench' THEN c.p_entrench WHEN 'position' THEN c.p_position END AS probability,
       c.p_assault, c.p_disrupt, c.p_entrench, c.p_position, p.data_label
FROM run_corrected_places AS c
JOIN run_placements AS p ON p.run_id = c.run_id AND p.technology_id = c.technology_id AND p.frame = c.frame
JOIN runs AS r ON r.run_id = c.run_id
LEFT JOIN edition_items AS i ON i.edition_id = r.edition_id AND i.technology_id = c.technology_id;
COMMENT ON VIEW corrected_places IS 'Odds with the uncertainty of the searches in them, beside the placement of the record (计入检索误差的置信度).';
COMMENT ON COLUMN corrected_places.run_id IS 'Run.';
COMMENT ON COLUMN corrected_places.as_of IS 'As-of date T.';
COMMENT ON COLUMN corrected_places.origin IS 'live, adhoc or backfill.';
COMMENT ON COLUMN corrected_places.technology_id IS 'Technology.';
COMMENT ON COLUMN corrected_places.name_zh IS 'Chinese name.';
COMMENT ON COLUMN corrected_places.name_en IS 'English name.';
COMMENT ON COLUMN corrected_places.frame IS 'relative or anchored.';
COMMENT ON COLUMN corrected_places.is_corrected IS 'False: its own search was not judged, only the frame around it changed.';
COMMENT ON COLUMN corrected_places.capability IS 'K of the record.';
COMMENT ON COLUMN corrected_places.capability_corrected IS 'K of the corrected shares.';
COMMENT ON COLUMN corrected_places.capability_low IS 'Lower end of the 90 % interval of the corrected K.';
COMMENT ON COLUMN corrected_places.capability_high IS 'Upper end.';
COMMENT ON COLUMN corrected_places.dynamics_low IS 'Lower end of the 90 % interval of D, which is not corrected.';
COMMENT ON COLUMN corrected_places.dynamics_high IS 'Upper end.';
COMMENT ON COLUMN corrected_places.strategy IS 'Strategy of the record.';
COMMENT ON COLUMN corrected_places.probability IS 'Its probability with the search''s uncertainty.';
COMMENT ON COLUMN corrected_places.p_assault IS 'Probability of 攻坚 assault.';
COMMENT ON COLUMN corrected_places.p_disrupt IS 'Probability of 颠覆 disrupt.';
COMMENT ON COLUMN corrected_places.p_entrench IS 'Probability of 挖壕 entrench.';
COMMENT ON COLUMN corrected_places.p_position IS 'Probability of 卡位 position.';
COMMENT ON COLUMN corrected_places.data_label IS 'real, synthetic or mixed.';
