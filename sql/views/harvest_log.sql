-- name: harvest_log
-- grain: one row per run, source and technology
CREATE OR REPLACE VIEW harvest_log AS
SELECT s.run_id, s.source, s.technology_id, s.purpose, count(*) FILTER (WHERE s.state <> 'split') AS slices, count(*) FILTER (WHERE s.state = 'differs') AS slices_that_differ,
       sum(s.expected) FILTER (WHERE s.state <> 'split') AS expected, sum(s.received) FILTER (WHERE s.state <> 'split') AS received,
       min(s.published_from) AS published_from, max(s.published_to) AS published_to, any_value(p.pages) AS pages, any_value(p.bytes) AS bytes, string_agg(DISTINCT s.note, '; ') AS notes
FROM slices AS s
LEFT JOIN (
    SELECT l.run_id, l.source, l.technology_id, l.purpose, count(*) AS pages, sum(g.byte_count) AS bytes
    FROM pages AS g JOIN slices AS l ON l.slice_id = g.slice_id GROUP BY ALL
) AS p ON p.run_id = s.run_id AND p.source = s.source AND p.technology_id = s.technology_id AND p.purpose = s.purpose
GROUP BY s.run_id, s.source, s.technology_id, s.purpose;
COMMENT ON VIEW harvest_log IS 'What each harvest asked for, what the service said it had and what came (采集日志).';
COMMENT ON COLUMN harvest_log.run_id IS 'Run.';
COMMENT ON COLUMN harvest_log.source IS 'Source.';
COMMENT ON COLUMN harvest_log.technology_id IS 'Technology or topic.';
COMMENT ON COLUMN harvest_log.purpose IS 'search, citing, claims, legal or family.';
COMMENT ON COLUMN harvest_log.slices IS 'Slices the query was split into.';
COMMENT ON COLUMN harvest_log.slices_that_differ IS 'Slices in which not as many came as the service said.';
COMMENT ON COLUMN harvest_log.expected IS 'Publications the service said it had.';
COMMENT ON COLUMN harvest_log.received IS 'Distinct publications received.';
COMMENT ON COLUMN harvest_log.published_from IS 'From (publication date).';
COMMENT ON COLUMN harvest_log.published_to IS 'To.';
COMMENT ON COLUMN harvest_log.pages IS 'Answers landed.';
COMMENT ON COLUMN harvest_log.bytes IS 'Bytes received.';
COMMENT ON COLUMN harvest_log.notes IS 'What differed.';
