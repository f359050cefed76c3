-- name: coverage
-- grain: one row per technology and indicator of the latest live run
CREATE OR REPLACE VIEW coverage AS
SELECT n.run_id, r.as_of, n.technology_id, i.name_zh, i.name_en, n.indicator, n.value, n.coverage, b.least, b.most, n.known_families, n.families, n.basis,
       m.residence_share, m.priority_share, m.office_share, m.unknown_share, r.data_label, a.focal_country, a.screening, a.windows
FROM run_indicators AS n
JOIN runs AS r ON r.run_id = n.run_id
LEFT JOIN run_share_bounds AS b ON b.run_id = n.run_id AND b.technology_id = n.technology_id AND b.indicator = n.indicator
LEFT JOIN applied_settings AS a ON a.run_id = r.run_id
LEFT JOIN edition_items AS i ON i.edition_id = r.edition_id AND i.technology_id = n.technology_id
LEFT JOIN (
    SELECT run_id, technology_id, sum(share) FILTER (WHERE method = 'residence') AS residence_share, sum(share) FILTER (WHERE method = 'priority') AS priority_share,
           sum(share) FILTER (WHERE method = 'office') AS office_share, sum(share) FILTER (WHERE method = 'unknown') AS unknown_share
    FROM run_country_methods GROUP BY run_id, technology_id
) AS m ON m.run_id = n.run_id AND m.technology_id = n.technology_id
WHERE n.run_id = (SELECT max(run_id) FROM run_placements WHERE origin = 'live');
COMMENT ON VIEW coverage IS 'How much of each indicator rests on known values, and how the families'' countries were settled (覆盖率).';
COMMENT ON COLUMN coverage.run_id IS 'Run.';
COMMENT ON COLUMN coverage.as_of IS 'As-of date T.';
COMMENT ON COLUMN coverage.technology_id IS 'Technology.';
COMMENT ON COLUMN coverage.name_zh IS 'Chinese name.';
COMMENT ON COLUMN coverage.name_en IS 'English name.';
COMMENT ON COLUMN coverage.indicator IS 'applications, citations, claims, pct or grants.';
COMMENT ON COLUMN coverage.coverage IS 'Share of families for which it was known.';
COMMENT ON COLUMN coverage.value IS 'Share of the focal country; NULL = the denominator is empty.';
COMMENT ON COLUMN coverage.least IS 'Least share that the unknown allows (docs/methods.md, Bounds).';
COMMENT ON COLUMN coverage.most IS 'Greatest share that it allows.';
COMMENT ON COLUMN coverage.known_families IS 'Families known.';
COMMENT ON COLUMN coverage.families IS 'Families after screening.';
COMMENT ON COLUMN coverage.basis IS 'Kind of citation count used.';
COMMENT ON COLUMN coverage.residence_share IS 'Share of families whose country is the first applicant''s residence.';
COMMENT ON COLUMN coverage.priority_share IS 'Share settled by the earliest priority''s country.';
COMMENT ON COLUMN coverage.office_share IS 'Share settled by the authority of the earliest publication.';
COMMENT ON COLUMN coverage.unknown_share IS 'Share with no country.';
COMMENT ON COLUMN coverage.data_label IS 'real, synthetic or mixed.';
COMMENT ON COLUMN coverage.focal_country IS 'Focal country.';
COMMENT ON COLUMN coverage.screening IS 'Screening policy.';
COMMENT ON COLUMN coverage.windows IS 'rolling, or fixed with its years.';
