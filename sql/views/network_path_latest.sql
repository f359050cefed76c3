-- name: network_path_latest
-- grain: one row per technology, variant and family on the path, of the latest live run
CREATE OR REPLACE VIEW network_path_latest AS
SELECT m.run_id, m.as_of, m.technology_id, m.variant, m.position, m.family_id, m."year", m."year" // 10 * 10 AS decade, m.country, m.holder, m.title_zh, m.title_en, m.on_paths, r.data_label, a.focal_country, a.screening, a.windows
FROM network_main_path AS m
JOIN runs AS r ON r.run_id = m.run_id
LEFT JOIN applied_settings AS a ON a.run_id = m.run_id
WHERE m.run_id = (SELECT max(o.run_id) FROM network_main_path AS o JOIN run_placements AS p ON p.run_id = o.run_id WHERE p.origin = 'live')
ORDER BY m.technology_id, m.variant, m.position;
COMMENT ON VIEW network_path_latest IS 'The main path (技术主路径) of each technology in the latest live run: group by decade and country to see who is on it when.';
COMMENT ON COLUMN network_path_latest.run_id IS 'Run.';
COMMENT ON COLUMN network_path_latest.as_of IS 'As-of date T.';
COMMENT ON COLUMN network_path_latest.technology_id IS 'Technology.';
COMMENT ON COLUMN network_path_latest.variant IS 'global, local, key_route_global or key_route_local.';
COMMENT ON COLUMN network_path_latest.position IS 'Place on the path, 1 = its source.';
COMMENT ON COLUMN network_path_latest.family_id IS 'Family.';
COMMENT ON COLUMN network_path_latest."year" IS 'Filing year, else publication year.';
COMMENT ON COLUMN network_path_latest.decade IS 'First year of the decade.';
COMMENT ON COLUMN network_path_latest.country IS 'Country; NULL unknown.';
COMMENT ON COLUMN network_path_latest.holder IS 'First applicant, folded name.';
COMMENT ON COLUMN network_path_latest.title_zh IS 'Title, Chinese where known.';
COMMENT ON COLUMN network_path_latest.title_en IS 'Title, English where known.';
COMMENT ON COLUMN network_path_latest.on_paths IS 'Share of all source-to-sink paths through its strongest citation on this path.';
COMMENT ON COLUMN network_path_latest.data_label IS 'real, synthetic or mixed.';
COMMENT ON COLUMN network_path_latest.focal_country IS 'Focal country.';
COMMENT ON COLUMN network_path_latest.screening IS 'Screening policy.';
COMMENT ON COLUMN network_path_latest.windows IS 'rolling, or fixed with its years.';
