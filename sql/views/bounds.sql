-- name: bounds
-- grain: one row per run, technology and frame placed
CREATE OR REPLACE VIEW bounds AS
SELECT b.run_id, p.as_of, p.origin, a.focal_country, a.screening, a.windows, b.technology_id, i.name_zh, i.name_en, b.frame, p.strategy,
       p.capability, b.capability_least, b.capability_most, p.dynamics, b.dynamics_least, b.dynamics_most, p.dynamics_raw, b.dynamics_raw_least, b.dynamics_raw_most,
       b.holds, b.is_sharp, p.data_label
FROM run_bounds AS b
JOIN run_placements AS p ON p.run_id = b.run_id AND p.technology_id = b.technology_id AND p.frame = b.frame
JOIN runs AS r ON r.run_id = b.run_id
LEFT JOIN applied_settings AS a ON a.run_id = b.run_id
LEFT JOIN edition_items AS i ON i.edition_id = r.edition_id AND i.technology_id = b.technology_id;
COMMENT ON VIEW bounds IS 'Which places hold whatever the unknown is, and how far K and D could lie (未知数据下的上下界).';
COMMENT ON COLUMN bounds.run_id IS 'Run.';
COMMENT ON COLUMN bounds.as_of IS 'As-of date T.';
COMMENT ON COLUMN bounds.origin IS 'live (the record) or adhoc (a what-if).';
COMMENT ON COLUMN bounds.focal_country IS 'Focal country.';
COMMENT ON COLUMN bounds.screening IS 'Screening policy.';
COMMENT ON COLUMN bounds.windows IS 'rolling, or fixed with its years.';
COMMENT ON COLUMN bounds.technology_id IS 'Technology.';
COMMENT ON COLUMN bounds.name_zh IS 'Chinese name.';
COMMENT ON COLUMN bounds.name_en IS 'English name.';
COMMENT ON COLUMN bounds.frame IS 'relative or anchored.';
COMMENT ON COLUMN bounds.strategy IS 'Strategy as printed.';
COMMENT ON COLUMN bounds.capability IS 'K as printed.';
COMMENT ON COLUMN bounds.capability_least IS 'Least K that the unknown allows.';
COMMENT ON COLUMN bounds.capability_most IS 'Greatest K that it allows.';
COMMENT ON COLUMN bounds.dynamics IS 'D as printed.';
COMMENT ON COLUMN bounds.dynamics_least IS 'Least D that the unknown allows.';
COMMENT ON COLUMN bounds.dynamics_most IS 'Greatest D that it allows.';
COMMENT ON COLUMN bounds.dynamics_raw IS 'D before standardising, as printed.';
COMMENT ON COLUMN bounds.dynamics_raw_least IS 'Least D before standardising.';
COMMENT ON COLUMN bounds.dynamics_raw_most IS 'Greatest D before standardising.';
COMMENT ON COLUMN bounds.holds IS 'Placed here whatever the unknown is; false: cannot be told.';
COMMENT ON COLUMN bounds.is_sharp IS 'The ends are reached by some way the unknown could be; false: they may be wider than needed, never narrower.';
COMMENT ON COLUMN bounds.data_label IS 'real, synthetic or mixed.';
