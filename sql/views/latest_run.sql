-- name: latest_run
-- grain: one row, none before anything was placed
CREATE OR REPLACE VIEW latest_run AS
SELECT p.run_id, max(p.as_of) AS as_of, any_value(r.settings_hash) AS settings_hash
FROM run_placements AS p JOIN runs AS r ON r.run_id = p.run_id
WHERE p.origin = 'live' GROUP BY p.run_id ORDER BY p.run_id DESC LIMIT 1;
COMMENT ON VIEW latest_run IS 'The latest run of the record, to be joined by run_id (正式记录的最近一次运行).';
COMMENT ON COLUMN latest_run.run_id IS 'Run.';
COMMENT ON COLUMN latest_run.as_of IS 'As-of date T.';
COMMENT ON COLUMN latest_run.settings_hash IS 'Runs with equal hash were made with equal settings.';
