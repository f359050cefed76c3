-- name: sources
-- grain: one row per source that has records or was asked
-- columns: records: current versions; newest_at: when the newest of them came (UTC); last_success_at: when the last run
--   ended that succeeded and in which the source answered every slice whole (UTC)
-- units: records
-- reads: source_records, slices, runs
WITH answered AS (
    SELECT l.source, max(r.finished_at) AS last_success_at
    FROM (
        SELECT source, run_id FROM slices WHERE purpose = 'search' AND state <> 'split'
        GROUP BY source, run_id HAVING bool_and(state = 'done')
    ) AS l
    JOIN runs AS r ON r.run_id = l.run_id
    WHERE r.state = 'succeeded'
    GROUP BY l.source
), held AS (
    SELECT source, count(*) AS records, max(valid_from) AS newest_at
    FROM source_records WHERE valid_to IS NULL GROUP BY source
), asked AS (
    SELECT DISTINCT source FROM slices WHERE purpose = 'search'
)
SELECT n.source, coalesce(h.records, 0) AS records, h.newest_at, a.last_success_at, n.source IN (FROM asked) AS is_harvested
FROM (SELECT source FROM asked UNION SELECT source FROM held) AS n
LEFT JOIN held AS h ON h.source = n.source
LEFT JOIN answered AS a ON a.source = n.source
ORDER BY n.source
