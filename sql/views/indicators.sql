-- name: indicators
-- grain: one row per run, technology and indicator
CREATE OR REPLACE VIEW indicators AS
SELECT n.run_id, r.as_of, n.technology_id, i.name_zh, i.name_en, n.indicator,
       CASE n.indicator WHEN 'applications' THEN '专利申请数' WHEN 'citations' THEN '被引次数' WHEN 'claims' THEN '权利要求数' WHEN 'pct' THEN 'PCT申请数' WHEN 'grants' THEN '有效发明专利数' END AS indicator_zh,
       n.value, b.least, b.most, n.numerator, n.denominator, n.coverage, n.known_families, n.families, n.basis, w.weight, r.data_label, a.focal_country, a.screening, a.windows
FROM run_indicators AS n
JOIN runs AS r ON r.run_id = n.run_id
LEFT JOIN applied_settings AS a ON a.run_id = r.run_id
LEFT JOIN edition_items AS i ON i.edition_id = r.edition_id AND i.technology_id = n.technology_id
LEFT JOIN run_share_bounds AS b ON b.run_id = n.run_id AND b.technology_id = n.technology_id AND b.indicator = n.indicator
LEFT JOIN run_weights AS w ON w.run_id = n.run_id AND w.indicator = n.indicator AND w.frame = 'relative';
COMMENT ON VIEW indicators IS 'The shares of the focal country per technology and run, each with what it was counted from (指标).';
COMMENT ON COLUMN indicators.run_id IS 'Run.';
COMMENT ON COLUMN indicators.as_of IS 'As-of date T.';
COMMENT ON COLUMN indicators.technology_id IS 'Technology.';
COMMENT ON COLUMN indicators.name_zh IS 'Chinese name.';
COMMENT ON COLUMN indicators.name_en IS 'English name.';
COMMENT ON COLUMN indicators.indicator IS 'applications, citations, claims, pct or grants.';
COMMENT ON COLUMN indicators.indicator_zh IS 'Its name in Chinese.';
COMMENT ON COLUMN indicators.value IS 'Share of the focal country, 0..1; NULL = the denominator is empty.';
COMMENT ON COLUMN indicators.least IS 'Least share that the unknown allows (docs/methods.md, Bounds).';
COMMENT ON COLUMN indicators.most IS 'Greatest share that it allows.';
COMMENT ON COLUMN indicators.numerator IS 'Focal country''s total.';
COMMENT ON COLUMN indicators.denominator IS 'Global total.';
COMMENT ON COLUMN indicators.coverage IS 'Share of families for which it was known.';
COMMENT ON COLUMN indicators.known_families IS 'Families for which it was known.';
COMMENT ON COLUMN indicators.families IS 'Families after screening.';
COMMENT ON COLUMN indicators.basis IS 'Kind of citation count used; one kind per technology.';
COMMENT ON COLUMN indicators.weight IS 'Entropy weight of the indicator in this run (relative frame).';
COMMENT ON COLUMN indicators.data_label IS 'real, synthetic or mixed.';
COMMENT ON COLUMN indicators.focal_country IS 'Focal country.';
COMMENT ON COLUMN indicators.screening IS 'Screening policy.';
COMMENT ON COLUMN indicators.windows IS 'rolling, or fixed with its years.';
