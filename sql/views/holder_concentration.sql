-- name: holder_concentration
-- grain: one row per run and technology
CREATE OR REPLACE VIEW holder_concentration AS
SELECT c.run_id, r.as_of, p.origin, c.technology_id, i.name_zh, i.name_en, c.families, c.holder_known / nullif(c.families, 0) AS holder_coverage, c.holders, c.hhi, c.effective_holders, c.top1_share, c.top4_share, c.top10_share, c.top20_share,
       c.country_known / nullif(c.families, 0) AS country_coverage, c.lead_country, c.lead_share, c.second_country, c.second_share, c.lead_ratio,
       c.top_cited, c.top_lead_country, c.top_lead_share, c.top_second_country, c.top_second_share, c.top_lead_ratio, c.top_holders, c.top_holders_in_lead, c.risk,
       CASE c.risk WHEN 'high' THEN '高' WHEN 'medium' THEN '中' WHEN 'low' THEN '低' END AS risk_zh, r.data_label
FROM run_concentration AS c
JOIN runs AS r ON r.run_id = c.run_id
LEFT JOIN run_placements AS p ON p.run_id = c.run_id AND p.technology_id = c.technology_id AND p.frame = 'relative'
LEFT JOIN edition_items AS i ON i.edition_id = r.edition_id AND i.technology_id = c.technology_id;
COMMENT ON VIEW holder_concentration IS 'Concentration of holders and countries, and the risk that one country monopolises a technology (权利人集中度与垄断风险), run by run.';
COMMENT ON COLUMN holder_concentration.run_id IS 'Run.';
COMMENT ON COLUMN holder_concentration.as_of IS 'As-of date T.';
COMMENT ON COLUMN holder_concentration.origin IS 'live, adhoc or backfill.';
COMMENT ON COLUMN holder_concentration.technology_id IS 'Technology.';
COMMENT ON COLUMN holder_concentration.name_zh IS 'Chinese name.';
COMMENT ON COLUMN holder_concentration.name_en IS 'English name.';
COMMENT ON COLUMN holder_concentration.families IS 'Families after screening.';
COMMENT ON COLUMN holder_concentration.holder_coverage IS 'Share of them whose first applicant is known.';
COMMENT ON COLUMN holder_concentration.holders IS 'Holders.';
COMMENT ON COLUMN holder_concentration.hhi IS 'Herfindahl index of holders, 0..1.';
COMMENT ON COLUMN holder_concentration.effective_holders IS '1 / hhi.';
COMMENT ON COLUMN holder_concentration.top1_share IS 'Share of the largest holder.';
COMMENT ON COLUMN holder_concentration.top4_share IS 'Of the four largest.';
COMMENT ON COLUMN holder_concentration.top10_share IS 'Of the ten largest.';
COMMENT ON COLUMN holder_concentration.top20_share IS 'Of the twenty largest.';
COMMENT ON COLUMN holder_concentration.country_coverage IS 'Share of families whose country is known.';
COMMENT ON COLUMN holder_concentration.lead_country IS 'Country with most families.';
COMMENT ON COLUMN holder_concentration.lead_share IS 'Its share.';
COMMENT ON COLUMN holder_concentration.second_country IS 'The next.';
COMMENT ON COLUMN holder_concentration.second_share IS 'Its share.';
COMMENT ON COLUMN holder_concentration.lead_ratio IS 'Lead over second; NULL without a second.';
COMMENT ON COLUMN holder_concentration.top_cited IS 'Families of the most cited tenth.';
COMMENT ON COLUMN holder_concentration.top_lead_country IS 'Country with most of these.';
COMMENT ON COLUMN holder_concentration.top_lead_share IS 'Its share of them.';
COMMENT ON COLUMN holder_concentration.top_second_country IS 'The next.';
COMMENT ON COLUMN holder_concentration.top_second_share IS 'Its share.';
COMMENT ON COLUMN holder_concentration.top_lead_ratio IS 'Lead over second; NULL without a second.';
COMMENT ON COLUMN holder_concentration.top_holders IS 'Holders of the most cited families looked at (ten).';
COMMENT ON COLUMN holder_concentration.top_holders_in_lead IS 'Of these of the lead country.';
COMMENT ON COLUMN holder_concentration.risk IS 'high, medium, low (ASPI''s levels); NULL unknown.';
COMMENT ON COLUMN holder_concentration.risk_zh IS '高, 中, 低.';
COMMENT ON COLUMN holder_concentration.data_label IS 'real, synthetic or mixed.';
