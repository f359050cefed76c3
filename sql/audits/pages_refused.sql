-- name: pages_refused
-- meaning: An answer of this run was not what it claims to be and was set aside.
-- blocking: no
SELECT p.source, p.page_id, r.reason FROM pages AS p LEFT JOIN rejects AS r ON r.page_id = p.page_id AND r.run_id = p.run_id WHERE p.run_id = $run_id AND p.state = 'refused'
