-- name: ic_province_year
-- grain: one row per category or sub-topic, province and year
CREATE OR REPLACE VIEW ic_province_year AS
WITH topics AS (
    SELECT technology_id AS topic_id, query_hash, category, parent_id, name_zh, name_en FROM edition_items
    WHERE edition_id = (SELECT max(edition_id) FROM editions WHERE kind = 'topics') AND status = 'topic'
), direct AS (
    SELECT DISTINCT t.topic_id, m.family_key FROM topics AS t
    JOIN family_memberships AS m ON m.technology_id = t.topic_id AND (m.query_hash = t.query_hash OR m.query_hash = 'import')
), families_of AS (
    FROM direct
    UNION
    SELECT t.parent_id, d.family_key FROM direct AS d JOIN topics AS t ON t.topic_id = d.topic_id WHERE t.parent_id IS NOT NULL
), placed AS (
    SELECT o.topic_id, p.province, p.rule, f.family_key, f.is_synthetic, year(f.filing_date) AS filed, year(f.first_publication_date) AS published
    FROM families_of AS o JOIN families AS f ON f.family_key = o.family_key JOIN family_provinces AS p ON p.family_key = o.family_key
    WHERE p.rule <> 'abroad'
), years AS (
    SELECT topic_id, province, rule, family_key, is_synthetic, filed AS "year", true AS is_filing, false AS is_publication FROM placed
    UNION ALL
    SELECT topic_id, province, rule, family_key, is_synthetic, published, false, true FROM placed
)
SELECT t.category, y.topic_id, t.parent_id, t.name_zh, t.name_en, y.province, coalesce(n.name_zh, '未知') AS province_zh, coalesce(n.name_en, 'unknown') AS province_en, y."year",
       count(*) FILTER (WHERE y.is_filing)::INTEGER AS families_filed, count(*) FILTER (WHERE y.is_publication)::INTEGER AS families_published,
       count(*) FILTER (WHERE y.is_publication AND y.rule = 'applicant_name')::INTEGER AS published_by_name, bool_or(y.is_synthetic) AS is_synthetic
FROM years AS y JOIN topics AS t ON t.topic_id = y.topic_id LEFT JOIN province_names AS n ON n.province = y.province
GROUP BY t.category, y.topic_id, t.parent_id, t.name_zh, t.name_en, y.province, n.name_zh, n.name_en, y."year"
ORDER BY y.topic_id, y.province NULLS LAST, y."year";
COMMENT ON VIEW ic_province_year IS 'Families of the integrated-circuit topic search by category, sub-topic, province of the first applicant and year (集成电路专利族：类别、子类、省份、年份); the unknown province is shown, families from abroad are left out.';
COMMENT ON COLUMN ic_province_year.category IS 'design, manufacturing or packaging-test.';
COMMENT ON COLUMN ic_province_year.topic_id IS 'Category or sub-topic; a category''s families are the union of its sub-topics''.';
COMMENT ON COLUMN ic_province_year.parent_id IS 'Category of a sub-topic; NULL for a category.';
COMMENT ON COLUMN ic_province_year.name_zh IS 'Chinese name of the topic.';
COMMENT ON COLUMN ic_province_year.name_en IS 'English name of the topic.';
COMMENT ON COLUMN ic_province_year.province IS 'Six-digit GB/T 2260 code; NULL unknown.';
COMMENT ON COLUMN ic_province_year.province_zh IS 'Chinese name of the province; 未知 unknown.';
COMMENT ON COLUMN ic_province_year.province_en IS 'English name of the province.';
COMMENT ON COLUMN ic_province_year."year" IS 'Calendar year; NULL unknown.';
COMMENT ON COLUMN ic_province_year.families_filed IS 'Families whose earliest filing is of that year.';
COMMENT ON COLUMN ic_province_year.families_published IS 'Families first published in that year.';
COMMENT ON COLUMN ic_province_year.published_by_name IS 'Of those published, families whose province rests on the applicant''s name alone.';
COMMENT ON COLUMN ic_province_year.is_synthetic IS 'True when a family is of the simulated office.';
