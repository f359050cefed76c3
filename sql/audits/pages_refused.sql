-- name: pages_refused
-- meaning: An answer of this run was not what it claims to be, was set aside, and asking again brought no better one.
-- blocking: no
-- A search slice that is done got all its answers in the end, whatever came first; so did a request that has landed.
SELECT p.source, p.page_id, p.status, coalesce(r.reason, s.note) AS reason
FROM pages AS p
LEFT JOIN slices AS s ON s.slice_id = p.slice_id
LEFT JOIN rejects AS r ON r.page_id = p.page_id AND r.run_id = p.run_id
WHERE p.run_id = $run_id AND p.state = 'refused'
AND NOT (s.purpose = 'search' AND s.state IN ('done', 'split'))
AND NOT EXISTS (
    SELECT 1 FROM pages AS q
    WHERE q.run_id = p.run_id AND q.source = p.source AND q.request_key = p.request_key AND q.state <> 'refused'
)
-- The service having nothing under a number (404) is an answer.
AND (r.reason IS NOT NULL OR p.status IS NULL OR p.status <> 404)
