-- name: requests_of_run
-- grain: one row per source asked in a run
-- columns: requests answered, bytes received, requests refused
-- reads: pages
SELECT source, count(*) AS requests, coalesce(sum(byte_count), 0) AS bytes, count(*) FILTER (state = 'refused') AS refused
FROM pages
WHERE run_id = $run_id AND slice_id IS NOT NULL
GROUP BY source
ORDER BY source
