-- name: records_rejected
-- meaning: More than one in a hundred records of a source's answers in this run had to be set aside.
-- blocking: no
SELECT source, sum(record_count) AS records, sum(reject_count) AS rejects FROM pages WHERE run_id = $run_id
GROUP BY source HAVING sum(reject_count) * 100 > sum(record_count) + sum(reject_count)
