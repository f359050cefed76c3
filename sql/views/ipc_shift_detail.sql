-- name: ipc_shift_detail
-- grain: one row per run, technology, level and new prefix
CREATE OR REPLACE VIEW ipc_shift_detail AS
SELECT s.run_id, r.as_of, s.technology_id, i.name_zh, i.name_en, s.level,
       CASE s.level WHEN 1 THEN 'section' WHEN 2 THEN 'class, first digit' WHEN 3 THEN 'class, second digit' WHEN 4 THEN 'subclass' END AS level_name,
       s.prefix, s.amplitude, s.is_counted, s.reason, s.carriers, r.data_label, a.focal_country, a.screening, a.windows
FROM run_shift AS s
JOIN runs AS r ON r.run_id = s.run_id
LEFT JOIN applied_settings AS a ON a.run_id = r.run_id
LEFT JOIN edition_items AS i ON i.edition_id = r.edition_id AND i.technology_id = s.technology_id;
COMMENT ON VIEW ipc_shift_detail IS 'Each new IPC code at each level behind the paradigm dynamics (范式变化明细).';
COMMENT ON COLUMN ipc_shift_detail.run_id IS 'Run.';
COMMENT ON COLUMN ipc_shift_detail.as_of IS 'As-of date T.';
COMMENT ON COLUMN ipc_shift_detail.technology_id IS 'Technology.';
COMMENT ON COLUMN ipc_shift_detail.name_zh IS 'Chinese name.';
COMMENT ON COLUMN ipc_shift_detail.name_en IS 'English name.';
COMMENT ON COLUMN ipc_shift_detail.level IS '1..4: number of characters of the prefix.';
COMMENT ON COLUMN ipc_shift_detail.level_name IS 'Name of the level.';
COMMENT ON COLUMN ipc_shift_detail.prefix IS 'Prefix that the later window''s first 20 have and the earlier''s have not.';
COMMENT ON COLUMN ipc_shift_detail.amplitude IS 'Weight of the level: 4, 3, 2, 1.';
COMMENT ON COLUMN ipc_shift_detail.is_counted IS 'False: explained by reclassification alone, listed but not counted.';
COMMENT ON COLUMN ipc_shift_detail.reason IS 'Why it is not counted (reclassification), or that it counts only because codes are merged; NULL: new as stated and as mapped.';
COMMENT ON COLUMN ipc_shift_detail.carriers IS 'Subclasses of the later window that carry it.';
COMMENT ON COLUMN ipc_shift_detail.data_label IS 'real, synthetic or mixed.';
COMMENT ON COLUMN ipc_shift_detail.focal_country IS 'Focal country.';
COMMENT ON COLUMN ipc_shift_detail.screening IS 'Screening policy.';
COMMENT ON COLUMN ipc_shift_detail.windows IS 'rolling, or fixed with its years.';
