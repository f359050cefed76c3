-- name: latest_runs
-- grain: one row per kind of run: the latest of each
-- columns: run_id, kind, state, step, as_of, resumed, started_at, finished_at, parked_at, resume_after (UTC), message;
--   last_success_at: when a run of the kind last succeeded (UTC)
-- reads: runs
SELECT
    run_id, kind, state, step, as_of, resumed, started_at, finished_at, parked_at, resume_after, message,
    max(finished_at) FILTER (state = 'succeeded') OVER (PARTITION BY kind) AS last_success_at
FROM runs
QUALIFY run_id = max(run_id) OVER (PARTITION BY kind)
ORDER BY kind
