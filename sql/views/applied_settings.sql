-- name: applied_settings
-- grain: one row per run that stated settings
CREATE OR REPLACE VIEW applied_settings AS
SELECT r.run_id, r.kind, r.as_of, r.label, r.settings ->> 'focal_country' AS focal_country, r.settings ->> 'country_rule' AS country_rule,
       r.settings ->> 'screening' AS screening,
       CASE r.settings ->> 'windows' WHEN 'fixed'
            THEN 'fixed ' || (r.settings -> 'earlier' ->> 0) || '-' || (r.settings -> 'earlier' ->> 1) || ', ' || (r.settings -> 'later' ->> 0) || '-' || (r.settings -> 'later' ->> 1)
            ELSE r.settings ->> 'windows' END AS windows,
       r.settings_hash, r.data_label, r.program_version,
       (SELECT left(md5(string_agg(i.technology_id || ':' || coalesce(i.query_hash, ''), ',' ORDER BY i.technology_id)), 16)
        FROM edition_items AS i WHERE i.edition_id = r.edition_id) AS queries_hash
FROM runs AS r
WHERE r.settings ->> 'focal_country' IS NOT NULL;
COMMENT ON VIEW applied_settings IS 'By which settings each run measured and placed: what its figures may be compared with (运行所用设置).';
COMMENT ON COLUMN applied_settings.run_id IS 'Run.';
COMMENT ON COLUMN applied_settings.kind IS 'refresh, place or backfill.';
COMMENT ON COLUMN applied_settings.as_of IS 'As-of date T.';
COMMENT ON COLUMN applied_settings.label IS 'Name of a what-if; NULL: none.';
COMMENT ON COLUMN applied_settings.focal_country IS 'Focal country.';
COMMENT ON COLUMN applied_settings.country_rule IS 'Rule for the country of a family.';
COMMENT ON COLUMN applied_settings.screening IS 'Screening policy.';
COMMENT ON COLUMN applied_settings.windows IS 'rolling, or fixed with its years.';
COMMENT ON COLUMN applied_settings.settings_hash IS 'Runs with equal hash were made with equal settings.';
COMMENT ON COLUMN applied_settings.data_label IS 'real, synthetic or mixed.';
COMMENT ON COLUMN applied_settings.program_version IS 'Version of the program; NULL: not recorded then.';
COMMENT ON COLUMN applied_settings.queries_hash IS 'Hash over the queries of all technologies: equal where nothing was asked differently.';
