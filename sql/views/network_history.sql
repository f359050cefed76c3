-- name: network_history
-- grain: one row per run of the record and technology whose network was measured; the relative frame's placement beside it
CREATE OR REPLACE VIEW network_history AS
SELECT * EXCLUDE (run_label, settings_hash),
       lag(run_id) OVER w IS NOT NULL AND lag(settings_hash) OVER w IS DISTINCT FROM settings_hash AS is_break
FROM network_at WHERE origin IS DISTINCT FROM 'adhoc'
WINDOW w AS (PARTITION BY technology_id ORDER BY as_of, run_id);
COMMENT ON VIEW network_history IS 'Dependence of each technology through the record, with the placement of the same run beside it (依赖度与定位): does dependence move before the quadrant does. What-ifs are in network_at.';
COMMENT ON COLUMN network_history.run_id IS 'Run.';
COMMENT ON COLUMN network_history.as_of IS 'As-of date T.';
COMMENT ON COLUMN network_history.origin IS 'live (the record) or backfill; NULL where the run placed nothing.';
COMMENT ON COLUMN network_history.technology_id IS 'Technology.';
COMMENT ON COLUMN network_history.name_zh IS 'Chinese name.';
COMMENT ON COLUMN network_history.name_en IS 'English name.';
COMMENT ON COLUMN network_history.foreign_dependence IS 'Foreign dependence of the focal country 对外依赖度; NULL unknown.';
COMMENT ON COLUMN network_history.self_reliance IS 'Self-reliance 自给度: 1 minus it.';
COMMENT ON COLUMN network_history.coverage IS 'Share of the focal country''s backward citations whose cited country is known.';
COMMENT ON COLUMN network_history.dependence_recent IS 'The same over families filed in the five calendar years up to T.';
COMMENT ON COLUMN network_history.dependence_before IS 'Over those filed in the five years before.';
COMMENT ON COLUMN network_history.dependence_change IS 'Recent minus before.';
COMMENT ON COLUMN network_history.change_low IS 'Lower end of its 95 % interval (Newcombe 1998).';
COMMENT ON COLUMN network_history.change_high IS 'Upper end.';
COMMENT ON COLUMN network_history.outside_share IS 'Share of the network''s citations that leave the harvested set.';
COMMENT ON COLUMN network_history.capability IS 'K in the relative frame.';
COMMENT ON COLUMN network_history.dynamics IS 'D in the relative frame.';
COMMENT ON COLUMN network_history.strategy IS 'Strategy in the relative frame; NULL not placed.';
COMMENT ON COLUMN network_history.data_label IS 'real, synthetic or mixed.';
COMMENT ON COLUMN network_history.focal_country IS 'Focal country.';
COMMENT ON COLUMN network_history.screening IS 'Screening policy.';
COMMENT ON COLUMN network_history.windows IS 'rolling, or fixed with its years.';
COMMENT ON COLUMN network_history.is_break IS 'Measured by other settings than the run before: the series breaks, no rise or fall can be read across.';
