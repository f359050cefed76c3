-- name: sensitivity
-- grain: one row per run of kind sensitivity, technology and frame
CREATE OR REPLACE VIEW sensitivity AS
SELECT v.run_id, r.as_of, a.focal_country, a.screening, a.windows, v.technology_id, i.number, i.name_zh, i.name_en, v.frame,
       max(v.strategy) FILTER (WHERE v.kind = 'as it is') AS strategy,
       count(*) FILTER (WHERE v.kind <> 'as it is') AS tried,
       count(*) FILTER (WHERE v.strategy <> b.strategy) AS moved,
       count(*) FILTER (WHERE v.strategy IS NULL) AS not_placed,
       CASE WHEN any_value(b.strategy) IS NULL THEN NULL WHEN count(*) FILTER (WHERE v.strategy <> b.strategy) > 0 THEN false WHEN count(*) FILTER (WHERE v.strategy IS NULL) = 0 THEN true END AS survives,
       string_agg(v.kind || ' ' || v.value || ' → ' || v.strategy, '; ' ORDER BY v.kind, v.value) FILTER (WHERE v.strategy <> b.strategy) AS moved_by,
       string_agg(v.kind || ' ' || v.value, '; ' ORDER BY v.kind, v.value) FILTER (WHERE v.strategy IS NULL) AS not_placed_by, r.data_label
FROM run_sensitivity AS v
JOIN run_sensitivity AS b ON b.run_id = v.run_id AND b.technology_id = v.technology_id AND b.frame = v.frame AND b.kind = 'as it is'
JOIN runs AS r ON r.run_id = v.run_id
LEFT JOIN applied_settings AS a ON a.run_id = v.run_id
LEFT JOIN edition_items AS i ON i.edition_id = r.edition_id AND i.technology_id = v.technology_id
GROUP BY v.run_id, r.as_of, a.focal_country, a.screening, a.windows, v.technology_id, i.number, i.name_zh, i.name_en, v.frame, r.data_label;
COMMENT ON VIEW sensitivity IS 'Which places survive every other choice that could have been made (敏感性): the variants themselves are in run_sensitivity.';
COMMENT ON COLUMN sensitivity.run_id IS 'Run of kind sensitivity.';
COMMENT ON COLUMN sensitivity.as_of IS 'As-of date T.';
COMMENT ON COLUMN sensitivity.focal_country IS 'Focal country.';
COMMENT ON COLUMN sensitivity.screening IS 'Screening policy of the workspace.';
COMMENT ON COLUMN sensitivity.windows IS 'Its windows: rolling, or fixed with its years.';
COMMENT ON COLUMN sensitivity.technology_id IS 'Technology.';
COMMENT ON COLUMN sensitivity.number IS 'Number in the paper''s Table 2.';
COMMENT ON COLUMN sensitivity.name_zh IS 'Chinese name.';
COMMENT ON COLUMN sensitivity.name_en IS 'English name.';
COMMENT ON COLUMN sensitivity.frame IS 'relative; anchored too where the settings name its baseline.';
COMMENT ON COLUMN sensitivity.strategy IS 'Strategy by the workspace''s own settings; NULL: not placed.';
COMMENT ON COLUMN sensitivity.tried IS 'Other choices tried.';
COMMENT ON COLUMN sensitivity.moved IS 'Choices under which it is in another quadrant.';
COMMENT ON COLUMN sensitivity.not_placed IS 'Choices under which it is not placed.';
COMMENT ON COLUMN sensitivity.survives IS 'The same quadrant under every choice; false: some choice moves it; NULL: none does, but some cannot place it.';
COMMENT ON COLUMN sensitivity.moved_by IS 'Which choices move it, and where to.';
COMMENT ON COLUMN sensitivity.not_placed_by IS 'Which choices cannot place it.';
COMMENT ON COLUMN sensitivity.data_label IS 'real, synthetic or mixed.';
