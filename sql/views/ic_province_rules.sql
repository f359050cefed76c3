-- name: ic_province_rules
-- grain: one row per category and rule
CREATE OR REPLACE VIEW ic_province_rules AS
WITH topics AS (
    SELECT technology_id AS topic_id, query_hash, category FROM edition_items
    WHERE edition_id = (SELECT max(edition_id) FROM editions WHERE kind = 'topics') AND status = 'topic'
), families_of AS (
    SELECT DISTINCT t.category, m.family_key FROM topics AS t
    JOIN family_memberships AS m ON m.technology_id = t.topic_id AND (m.query_hash = t.query_hash OR m.query_hash = 'import')
)
SELECT category, rule, families, families / sum(families) OVER (PARTITION BY category) AS share
FROM (
    SELECT o.category, p.rule, count(*)::INTEGER AS families FROM families_of AS o JOIN family_provinces AS p ON p.family_key = o.family_key GROUP BY o.category, p.rule
) ORDER BY category, families DESC, rule;
COMMENT ON VIEW ic_province_rules IS 'Share of the topic search''s families whose province each rule settled (判定省份的依据), the unknown and those from abroad shown.';
COMMENT ON COLUMN ic_province_rules.category IS 'design, manufacturing or packaging-test.';
COMMENT ON COLUMN ic_province_rules.rule IS 'code, province, city, county, postcode, territory, applicant_name, abroad or unknown (family_provinces.rule).';
COMMENT ON COLUMN ic_province_rules.families IS 'Families.';
COMMENT ON COLUMN ic_province_rules.share IS 'Of the category''s families.';
