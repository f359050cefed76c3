-- name: network_history
-- grain: one row per run and technology whose network was measured; the relative frame's placement beside it
CREATE OR REPLACE VIEW network_history AS
SELECT n.run_id, n.as_of, p.origin, n.technology_id, i.name_zh, i.name_en,
       max(n.value) FILTER (WHERE n.indicator = 'foreign_dependence') AS foreign_dependence,
       max(n.value) FILTER (WHERE n.indicator = 'self_reliance') AS self_reliance,
       max(n.coverage) FILTER (WHERE n.indicator = 'foreign_dependence') AS coverage,
       max(n.value) FILTER (WHERE n.indicator = 'foreign_dependence_recent') AS dependence_recent,
       max(n.value) FILTER (WHERE n.indicator = 'foreign_dependence_before') AS dependence_before,
       max(n.value) FILTER (WHERE n.indicator = 'foreign_dependence_change') AS dependence_change,
       max(n.value) FILTER (WHERE n.indicator = 'foreign_dependence_change_low') AS change_low,
       max(n.value) FILTER (WHERE n.indicator = 'foreign_dependence_change_high') AS change_high,
       max(n.outside_share) AS outside_share, p.capability, p.dynamics, p.strategy, r.data_label
FROM network_indicators AS n
JOIN runs AS r ON r.run_id = n.run_id
LEFT JOIN run_placements AS p ON p.run_id = n.run_id AND p.technology_id = n.technology_id AND p.frame = 'relative'
LEFT JOIN edition_items AS i ON i.edition_id = r.edition_id AND i.technology_id = n.technology_id
GROUP BY n.run_id, n.as_of, p.origin, n.technology_id, i.name_zh, i.name_en, p.capability, p.dynamics, p.strategy, r.data_label;
COMMENT ON VIEW network_history IS 'Dependence of each technology through all runs, with the placement of the same run beside it (依赖度与定位): does dependence move before the quadrant does.';
COMMENT ON COLUMN network_history.run_id IS 'Run.';
COMMENT ON COLUMN network_history.as_of IS 'As-of date T.';
COMMENT ON COLUMN network_history.origin IS 'live or adhoc; NULL where the run placed nothing of it.';
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
