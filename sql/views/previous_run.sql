-- name: previous_run
-- grain: one row, none where the latest run has no earlier one by the same settings
CREATE OR REPLACE VIEW previous_run AS
WITH live AS (
    SELECT p.run_id, max(p.as_of) AS as_of, any_value(r.settings_hash) AS settings_hash
    FROM run_placements AS p JOIN runs AS r ON r.run_id = p.run_id
    WHERE p.origin = 'live' GROUP BY p.run_id
)
SELECT l.run_id, l.as_of, l.settings_hash FROM live AS l
WHERE l.run_id < (SELECT max(run_id) FROM live)
  AND l.settings_hash IS NOT DISTINCT FROM (SELECT arg_max(settings_hash, run_id) FROM live)
ORDER BY l.run_id DESC LIMIT 1;
COMMENT ON VIEW previous_run IS 'The run of the record before the latest one, by the same settings (此前一次可比的正式运行).';
COMMENT ON COLUMN previous_run.run_id IS 'Run.';
COMMENT ON COLUMN previous_run.as_of IS 'As-of date T.';
COMMENT ON COLUMN previous_run.settings_hash IS 'That of the latest run.';
