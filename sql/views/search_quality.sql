-- name: search_quality
-- grain: one row per technology, query, measure, basis, dimension and value
CREATE OR REPLACE VIEW search_quality AS
WITH newest AS (
    SELECT i.technology_id, i.name_zh, i.name_en, i.query_hash
    FROM edition_items AS i
    WHERE i.edition_id IN (SELECT max(e.edition_id) FROM editions AS e GROUP BY e.kind)
)
SELECT q.technology_id, n.name_zh, n.name_en, q.query_hash, coalesce(q.query_hash = coalesce(n.query_hash, 'import'), false) AS is_current, q.measure, q.basis, q.dimension, q.value_of,
       q.estimate, q.low, q.high, q.exact_low, q.exact_high, q.if_unsure_no, q.if_unsure_yes, q.decided, q.yes, q.unsure, q.families, q.effective, q.coverage, q.assumption, q.sample_id, q.estimated_at
FROM quality_estimates AS q
LEFT JOIN newest AS n ON n.technology_id = q.technology_id;
COMMENT ON VIEW search_quality IS 'Precision and recall of every query with 90 % intervals (检索质量：查准率与查全率): whole and by window, office, country and side.';
COMMENT ON COLUMN search_quality.technology_id IS 'Technology.';
COMMENT ON COLUMN search_quality.name_zh IS 'Chinese name.';
COMMENT ON COLUMN search_quality.name_en IS 'English name.';
COMMENT ON COLUMN search_quality.query_hash IS 'The query that was judged.';
COMMENT ON COLUMN search_quality.is_current IS 'It is the query of the newest list; false: the query changed since, draw a new sample.';
COMMENT ON COLUMN search_quality.measure IS 'precision 查准率 or recall 查全率.';
COMMENT ON COLUMN search_quality.basis IS 'judged; near, neighbours, seeds or sources:A+B.';
COMMENT ON COLUMN search_quality.dimension IS 'all, window, office, country or side.';
COMMENT ON COLUMN search_quality.value_of IS 'Value of the dimension; * for all.';
COMMENT ON COLUMN search_quality.estimate IS 'Estimate, 0..1; NULL unknown.';
COMMENT ON COLUMN search_quality.low IS 'Lower end of the 90 % interval.';
COMMENT ON COLUMN search_quality.high IS 'Upper end.';
COMMENT ON COLUMN search_quality.exact_low IS 'Lower end by Clopper-Pearson.';
COMMENT ON COLUMN search_quality.exact_high IS 'Upper end.';
COMMENT ON COLUMN search_quality.if_unsure_no IS 'Estimate if every unsure one were no.';
COMMENT ON COLUMN search_quality.if_unsure_yes IS 'Estimate if every unsure one were yes.';
COMMENT ON COLUMN search_quality.decided IS 'Families judged yes or no (seeds: seeds; sources: families of both).';
COMMENT ON COLUMN search_quality.yes IS 'Of these yes (seeds: found; sources: in both).';
COMMENT ON COLUMN search_quality.unsure IS 'Judged unsure, or differently by as many judges.';
COMMENT ON COLUMN search_quality.families IS 'Families the estimate speaks about.';
COMMENT ON COLUMN search_quality.effective IS 'Effective number of judgements.';
COMMENT ON COLUMN search_quality.coverage IS 'Share of those families in strata where something was decided.';
COMMENT ON COLUMN search_quality.assumption IS 'What the estimate rests on.';
COMMENT ON COLUMN search_quality.sample_id IS 'Sample.';
COMMENT ON COLUMN search_quality.estimated_at IS 'When (UTC).';
