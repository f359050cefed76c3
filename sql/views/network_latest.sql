-- name: network_latest
-- grain: one row per technology, indicator and subject of the latest live run
CREATE OR REPLACE VIEW network_latest AS
SELECT n.run_id, n.as_of, n.technology_id, i.number, i.name_zh, i.name_en, n.indicator,
       CASE n.indicator
           WHEN 'foreign_dependence' THEN '对外技术依赖度' WHEN 'self_reliance' THEN '自给度'
           WHEN 'foreign_dependence_between_holders' THEN '对外技术依赖度（不含同权利人引用）' WHEN 'self_reliance_between_holders' THEN '自给度（不含同权利人引用）'
           WHEN 'foreign_dependence_recent' THEN '对外技术依赖度（近五个申请年）' WHEN 'foreign_dependence_before' THEN '对外技术依赖度（此前五个申请年）'
           WHEN 'foreign_dependence_change' THEN '对外技术依赖度的变化' WHEN 'foreign_dependence_change_low' THEN '变化的95%区间下限' WHEN 'foreign_dependence_change_high' THEN '变化的95%区间上限'
           WHEN 'foreign_dependence_by_year' THEN '对外技术依赖度（按申请年）' WHEN 'same_holder_share' THEN '同权利人引用占比'
           WHEN 'citation_lag_mean' THEN '平均引用时滞（年）' WHEN 'citation_lag_median' THEN '引用时滞中位数（年）'
           WHEN 'holder_hhi' THEN '权利人赫芬达尔指数' WHEN 'holder_cr4' THEN '前四权利人集中度' WHEN 'country_hhi' THEN '国家赫芬达尔指数' WHEN 'country_cr4' THEN '前四国家集中度'
           WHEN 'top_decile_lead_share' THEN '高被引前十分位领先国占比' WHEN 'top_decile_lead_to_second' THEN '高被引前十分位领先国与次国之比'
       END AS indicator_zh,
       n.subject, n.value, n.numerator, n.denominator, n.coverage, n.outside_share, r.data_label, a.focal_country, a.screening, a.windows
FROM network_indicators AS n
JOIN runs AS r ON r.run_id = n.run_id
LEFT JOIN applied_settings AS a ON a.run_id = n.run_id
LEFT JOIN edition_items AS i ON i.edition_id = r.edition_id AND i.technology_id = n.technology_id
WHERE n.run_id = (SELECT max(m.run_id) FROM network_indicators AS m JOIN run_placements AS p ON p.run_id = m.run_id WHERE p.origin = 'live');
COMMENT ON VIEW network_latest IS 'Figures of each technology''s citation network in the latest live run (引文网络指标): foreign dependence, self-reliance, concentration …; alert rules of your own can read it.';
COMMENT ON COLUMN network_latest.run_id IS 'Run.';
COMMENT ON COLUMN network_latest.as_of IS 'As-of date T.';
COMMENT ON COLUMN network_latest.technology_id IS 'Technology.';
COMMENT ON COLUMN network_latest.number IS 'Number in the paper''s Table 2.';
COMMENT ON COLUMN network_latest.name_zh IS 'Chinese name.';
COMMENT ON COLUMN network_latest.name_en IS 'English name.';
COMMENT ON COLUMN network_latest.indicator IS 'Figure (docs/network.md defines each).';
COMMENT ON COLUMN network_latest.indicator_zh IS 'Its Chinese name; NULL for counts of families and citations.';
COMMENT ON COLUMN network_latest.subject IS 'Country or year it is about; NULL the whole network.';
COMMENT ON COLUMN network_latest.value IS 'numerator / denominator; NULL unknown.';
COMMENT ON COLUMN network_latest.numerator IS 'What was counted.';
COMMENT ON COLUMN network_latest.denominator IS 'Out of how many.';
COMMENT ON COLUMN network_latest.coverage IS 'Share of the units whose country (holder, date) is known.';
COMMENT ON COLUMN network_latest.outside_share IS 'Share of the network''s citations that leave the harvested set.';
COMMENT ON COLUMN network_latest.data_label IS 'real, synthetic or mixed.';
COMMENT ON COLUMN network_latest.focal_country IS 'Focal country.';
COMMENT ON COLUMN network_latest.screening IS 'Screening policy.';
COMMENT ON COLUMN network_latest.windows IS 'rolling, or fixed with its years.';
