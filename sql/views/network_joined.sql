-- name: network_joined
-- grain: one row per run of the record, technology, new prefix of the paradigm shift and link of a subclass that carries it
CREATE OR REPLACE VIEW network_joined AS
SELECT s.run_id, l.as_of, s.technology_id, s.level, s.prefix, s.amplitude, s.is_counted,
       CASE WHEN starts_with(l."first", s.prefix) THEN l."first" ELSE l."second" END AS subclass,
       CASE WHEN starts_with(l."first", s.prefix) THEN l."second" ELSE l."first" END AS partner,
       l.later AS families, l.state, r.data_label, a.focal_country, a.screening, a.windows
FROM run_shift AS s
JOIN runs AS r ON r.run_id = s.run_id
LEFT JOIN applied_settings AS a ON a.run_id = s.run_id
LEFT JOIN network_links AS l ON l.run_id = s.run_id AND l.technology_id = s.technology_id AND l.later > 0 AND (starts_with(l."first", s.prefix) OR starts_with(l."second", s.prefix))
WHERE s.run_id IN (SELECT k.run_id FROM network_links AS k) AND s.run_id NOT IN (SELECT p.run_id FROM run_placements AS p WHERE p.origin = 'adhoc');
COMMENT ON VIEW network_joined IS 'What the new IPC classes of the paradigm shift joined (技术融合): links of the later window with an end under a new prefix; a prefix that joined nothing has one row without a partner.';
COMMENT ON COLUMN network_joined.run_id IS 'Run (links are kept for the latest runs).';
COMMENT ON COLUMN network_joined.as_of IS 'As-of date T; NULL where it joined nothing.';
COMMENT ON COLUMN network_joined.technology_id IS 'Technology.';
COMMENT ON COLUMN network_joined.level IS 'Level of the new prefix: 1 section … 4 subclass letter.';
COMMENT ON COLUMN network_joined.prefix IS 'New prefix.';
COMMENT ON COLUMN network_joined.amplitude IS 'Its amplitude in the shift.';
COMMENT ON COLUMN network_joined.is_counted IS 'False where only reclassification explains it.';
COMMENT ON COLUMN network_joined.subclass IS 'Subclass that carries it; NULL joined nothing.';
COMMENT ON COLUMN network_joined.partner IS 'Subclass it shares families with.';
COMMENT ON COLUMN network_joined.families IS 'Families with both in the later window.';
COMMENT ON COLUMN network_joined.state IS 'new or kept.';
COMMENT ON COLUMN network_joined.data_label IS 'real, synthetic or mixed.';
COMMENT ON COLUMN network_joined.focal_country IS 'Focal country.';
COMMENT ON COLUMN network_joined.screening IS 'Screening policy.';
COMMENT ON COLUMN network_joined.windows IS 'rolling, or fixed with its years.';
