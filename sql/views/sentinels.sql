-- name: sentinels
-- grain: one row per source, question and difference of the latest run that asked the source
CREATE OR REPLACE VIEW sentinels AS
SELECT a.source, a.question, a.asked_at, a.outcome, a.status, a.total, f.kind, f.item, f.was, f.found, coalesce(f.found, a.note) AS note, a.run_id
FROM sentinel_answers AS a
LEFT JOIN sentinel_findings AS f ON f.run_id = a.run_id AND f.source = a.source AND coalesce(f.question, a.question) = a.question
WHERE a.run_id = (SELECT max(run_id) FROM sentinel_answers AS l WHERE l.source = a.source)
ORDER BY a.source, a.question, f.kind, f.item;
COMMENT ON VIEW sentinels IS 'What each source last answered about known publications, and what differs from before (哨兵文献：各数据源最近一次的答复与差异).';
COMMENT ON COLUMN sentinels.source IS 'Source.';
COMMENT ON COLUMN sentinels.question IS 'Publication number, or search (the fixed search of one row).';
COMMENT ON COLUMN sentinels.asked_at IS 'When it was asked (UTC).';
COMMENT ON COLUMN sentinels.outcome IS 'answers, gone, ended, unreadable or away.';
COMMENT ON COLUMN sentinels.status IS 'HTTP status.';
COMMENT ON COLUMN sentinels.total IS 'Hits the service stated.';
COMMENT ON COLUMN sentinels.kind IS 'Kind of difference; NULL where there is none.';
COMMENT ON COLUMN sentinels.item IS 'Field, or path in the answer.';
COMMENT ON COLUMN sentinels.was IS 'What was known.';
COMMENT ON COLUMN sentinels.found IS 'What came.';
COMMENT ON COLUMN sentinels.note IS 'In words.';
COMMENT ON COLUMN sentinels.run_id IS 'Run that asked.';
