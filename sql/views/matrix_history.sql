-- name: matrix_history
-- grain: one row per run, technology and frame
CREATE OR REPLACE VIEW matrix_history AS
SELECT p.run_id, p.as_of, p.origin, p.technology_id, i.name_zh, i.name_en, p.frame, p.capability, p.dynamics, p.dynamics_raw, p.strategy, p.is_watch, p.watch_towards,
       p.families, p.low_evidence, p.not_placed_why, p.query_hash,
       (lag(p.query_hash) OVER w IS DISTINCT FROM p.query_hash AND lag(p.query_hash) OVER w IS NOT NULL)
       OR (lag(p.run_id) OVER w IS NOT NULL AND lag(r.settings_hash) OVER w IS DISTINCT FROM r.settings_hash) AS is_break,
       lag(p.strategy) OVER w AS previous_strategy, p.data_label, r.settings_hash, r.finished_at, r.label AS run_label, s.focal_country, s.screening, s.windows,
       CASE p.strategy WHEN 'assault' THEN c.p_assault WHEN 'disrupt' THEN c.p_disrupt WHEN 'entrench' THEN c.p_entrench WHEN 'position' THEN c.p_position END AS probability,
       probability < greatest(c.p_assault, c.p_disrupt, c.p_entrench, c.p_position) AS unsettled
FROM run_placements AS p
JOIN runs AS r ON r.run_id = p.run_id
LEFT JOIN applied_settings AS s ON s.run_id = p.run_id
LEFT JOIN edition_items AS i ON i.edition_id = r.edition_id AND i.technology_id = p.technology_id
LEFT JOIN run_certainty AS c ON c.run_id = p.run_id AND c.technology_id = p.technology_id AND c.frame = p.frame
WINDOW w AS (PARTITION BY p.technology_id, p.frame, p.origin ORDER BY p.as_of, p.run_id);
COMMENT ON VIEW matrix_history IS 'Every placement ever made, in order: the track of each technology (历次定位).';
COMMENT ON COLUMN matrix_history.run_id IS 'Run.';
COMMENT ON COLUMN matrix_history.as_of IS 'As-of date T.';
COMMENT ON COLUMN matrix_history.origin IS 'live (the record), adhoc (a what-if) or backfill.';
COMMENT ON COLUMN matrix_history.technology_id IS 'Technology.';
COMMENT ON COLUMN matrix_history.name_zh IS 'Chinese name.';
COMMENT ON COLUMN matrix_history.name_en IS 'English name.';
COMMENT ON COLUMN matrix_history.frame IS 'relative or anchored.';
COMMENT ON COLUMN matrix_history.capability IS 'K.';
COMMENT ON COLUMN matrix_history.dynamics IS 'D.';
COMMENT ON COLUMN matrix_history.dynamics_raw IS 'D before standardising.';
COMMENT ON COLUMN matrix_history.strategy IS 'Strategy.';
COMMENT ON COLUMN matrix_history.is_watch IS 'Near a line.';
COMMENT ON COLUMN matrix_history.watch_towards IS 'Strategy beyond it.';
COMMENT ON COLUMN matrix_history.families IS 'Families after screening.';
COMMENT ON COLUMN matrix_history.low_evidence IS 'Coverage under the floor.';
COMMENT ON COLUMN matrix_history.not_placed_why IS 'Why not placed.';
COMMENT ON COLUMN matrix_history.query_hash IS 'Query in force.';
COMMENT ON COLUMN matrix_history.is_break IS 'The query or the settings changed since the run before: the series breaks here, and the places are not comparable.';
COMMENT ON COLUMN matrix_history.previous_strategy IS 'Strategy in the run before of the same origin.';
COMMENT ON COLUMN matrix_history.data_label IS 'real, synthetic or mixed.';
COMMENT ON COLUMN matrix_history.settings_hash IS 'Runs with equal hash were made with equal settings.';
COMMENT ON COLUMN matrix_history.finished_at IS 'When the run ended (UTC).';
COMMENT ON COLUMN matrix_history.probability IS 'Probability of the quadrant it is placed in (docs/methods.md, How sure).';
COMMENT ON COLUMN matrix_history.unsettled IS 'Another quadrant is more probable than the one it is placed in (未定); NULL: no probabilities.';
COMMENT ON COLUMN matrix_history.run_label IS 'Name of a what-if; NULL: none.';
COMMENT ON COLUMN matrix_history.focal_country IS 'Focal country.';
COMMENT ON COLUMN matrix_history.screening IS 'Screening policy.';
COMMENT ON COLUMN matrix_history.windows IS 'rolling, or fixed with its years.';
