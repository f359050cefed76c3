-- name: network_at
-- grain: one row per run and technology whose network was measured, what-ifs included; the relative frame's placement beside it
CREATE OR REPLACE VIEW network_at AS
SELECT n.run_id, n.as_of, o.origin, n.technology_id, i.name_zh, i.name_en,
       max(n.value) FILTER (WHERE n.indicator = 'foreign_dependence') AS foreign_dependence,
       max(n.value) FILTER (WHERE n.indicator = 'self_reliance') AS self_reliance,
       max(n.coverage) FILTER (WHERE n.indicator = 'foreign_dependence') AS coverage,
       max(n.value) FILTER (WHERE n.indicator = 'foreign_dependence_recent') AS dependence_recent,
       max(n.value) FILTER (WHERE n.indicator = 'foreign_dependence_before') AS dependence_before,
       max(n.value) FILTER (WHERE n.indicator = 'foreign_dependence_change') AS dependence_change,
       max(n.value) FILTER (WHERE n.indicator = 'foreign_dependence_change_low') AS change_low,
       max(n.value) FILTER (WHERE n.indicator = 'foreign_dependence_change_high') AS change_high,
       max(n.outside_share) AS outside_share, p.capability, p.dynamics, p.strategy, r.data_label,
       a.focal_country, a.screening, a.windows, r.label AS run_label, r.settings_hash
FROM network_indicators AS n
JOIN runs AS r ON r.run_id = n.run_id
LEFT JOIN run_placements AS p ON p.run_id = n.run_id AND p.technology_id = n.technology_id AND p.frame = 'relative'
LEFT JOIN (SELECT run_id, min(origin) AS origin FROM run_placements GROUP BY run_id) AS o ON o.run_id = n.run_id
LEFT JOIN applied_settings AS a ON a.run_id = n.run_id
LEFT JOIN edition_items AS i ON i.edition_id = r.edition_id AND i.technology_id = n.technology_id
GROUP BY n.run_id, n.as_of, o.origin, n.technology_id, i.name_zh, i.name_en, p.capability, p.dynamics, p.strategy, r.data_label, a.focal_country, a.screening, a.windows, r.label, r.settings_hash;
COMMENT ON VIEW network_at IS 'Dependence of each technology as every run measured it, what-ifs included, with the placement of the same run beside it (各次运行的依赖度与定位).';
COMMENT ON COLUMN network_at.run_id IS 'Run.';
COMMENT ON COLUMN network_at.as_of IS 'As-of date T.';
COMMENT ON COLUMN network_at.origin IS 'live (the record), adhoc (a what-if) or backfill; NULL where the run placed nothing.';
COMMENT ON COLUMN network_at.technology_id IS 'Technology.';
COMMENT ON COLUMN network_at.name_zh IS 'Chinese name.';
COMMENT ON COLUMN network_at.name_en IS 'English name.';
COMMENT ON COLUMN network_at.foreign_dependence IS 'Foreign dependence of the focal country 对外依赖度; NULL unknown.';
COMMENT ON COLUMN network_at.self_reliance IS 'Self-reliance 自给度: 1 minus it.';
COMMENT ON COLUMN network_at.coverage IS 'Share of the focal country''s backward citations whose cited country is known.';
COMMENT ON COLUMN network_at.dependence_recent IS 'The same over families filed in the five calendar years up to T.';
COMMENT ON COLUMN network_at.dependence_before IS 'Over those filed in the five years before.';
COMMENT ON COLUMN network_at.dependence_change IS 'Recent minus before.';
COMMENT ON COLUMN network_at.change_low IS 'Lower end of its 95 % interval (Newcombe 1998).';
COMMENT ON COLUMN network_at.change_high IS 'Upper end.';
COMMENT ON COLUMN network_at.outside_share IS 'Share of the network''s citations that leave the harvested set.';
COMMENT ON COLUMN network_at.capability IS 'K in the relative frame.';
COMMENT ON COLUMN network_at.dynamics IS 'D in the relative frame.';
COMMENT ON COLUMN network_at.strategy IS 'Strategy in the relative frame; NULL not placed.';
COMMENT ON COLUMN network_at.data_label IS 'real, synthetic or mixed.';
COMMENT ON COLUMN network_at.focal_country IS 'Focal country.';
COMMENT ON COLUMN network_at.screening IS 'Screening policy.';
COMMENT ON COLUMN network_at.windows IS 'rolling, or fixed with its years.';
COMMENT ON COLUMN network_at.run_label IS 'Name of a what-if; NULL: none.';
COMMENT ON COLUMN network_at.settings_hash IS 'Runs with equal hash were made with equal settings.';
