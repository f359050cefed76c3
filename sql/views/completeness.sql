-- name: completeness
-- grain: one row per source, office and month of publication, as the latest run of the record found it
CREATE OR REPLACE VIEW completeness AS
SELECT c.run_id, r.as_of, c.source, c.office, c.published_month, c.age, c.records, c.expected, c.expected_low, c.expected_high, c.final_share,
       CASE WHEN c.expected IS NULL OR c.age = 0 THEN 'unknown'
            WHEN c.records < c.expected_low * coalesce(c.final_share, 1) THEN CASE WHEN c.age < 12 AND c.final_share IS NULL THEN 'late or missing' ELSE 'short' END
            WHEN c.records > c.expected_high THEN 'more' ELSE 'as expected' END AS state,
       c.with_title / nullif(c.records, 0) AS title_share, c.with_abstract / nullif(c.records, 0) AS abstract_share, c.with_claims / nullif(c.records, 0) AS claims_share,
       c.with_ipc / nullif(c.records, 0) AS ipc_share, c.with_filing_date / nullif(c.records, 0) AS filing_date_share, c.with_priority / nullif(c.records, 0) AS priority_share,
       c.with_family / nullif(c.records, 0) AS family_share, c.with_applicant / nullif(c.records, 0) AS applicant_share, c.with_country / nullif(c.records, 0) AS country_share,
       c.with_citations / nullif(c.records, 0) AS citations_share, c.with_status / nullif(c.records, 0) AS status_share, c.with_pct / nullif(c.records, 0) AS pct_share, r.data_label
FROM run_completeness AS c
JOIN runs AS r ON r.run_id = c.run_id
WHERE c.run_id = (SELECT max(m.run_id) FROM run_completeness AS m);
COMMENT ON VIEW completeness IS 'What is there of what should be, by source, office and month of publication (数据完整性): records against the months before, and how full each field is.';
COMMENT ON COLUMN completeness.run_id IS 'Run.';
COMMENT ON COLUMN completeness.as_of IS 'As-of date T.';
COMMENT ON COLUMN completeness.source IS 'Source; *: all together.';
COMMENT ON COLUMN completeness.office IS 'Publishing authority.';
COMMENT ON COLUMN completeness.published_month IS 'Month of publication, its first day.';
COMMENT ON COLUMN completeness.age IS 'Full months from the end of that month to T.';
COMMENT ON COLUMN completeness.records IS 'Publications there.';
COMMENT ON COLUMN completeness.expected IS 'Expected: median of the twelve months before; NULL unknown.';
COMMENT ON COLUMN completeness.expected_low IS 'Lower end of what they let expect (90 %).';
COMMENT ON COLUMN completeness.expected_high IS 'Upper end.';
COMMENT ON COLUMN completeness.final_share IS 'Share of a month''s later number that earlier runs had at this age; NULL: none tells.';
COMMENT ON COLUMN completeness.state IS 'as expected, more, short, late or missing (a young month, and no earlier run tells which) or unknown.';
COMMENT ON COLUMN completeness.title_share IS 'Share with a title; NULL without records.';
COMMENT ON COLUMN completeness.abstract_share IS 'With an abstract.';
COMMENT ON COLUMN completeness.claims_share IS 'With a claim count.';
COMMENT ON COLUMN completeness.ipc_share IS 'With an IPC symbol.';
COMMENT ON COLUMN completeness.filing_date_share IS 'With a filing date.';
COMMENT ON COLUMN completeness.priority_share IS 'With priorities.';
COMMENT ON COLUMN completeness.family_share IS 'With a family.';
COMMENT ON COLUMN completeness.applicant_share IS 'With an applicant.';
COMMENT ON COLUMN completeness.country_share IS 'With an applicant''s residence.';
COMMENT ON COLUMN completeness.citations_share IS 'With a citing list or citation count.';
COMMENT ON COLUMN completeness.status_share IS 'With a legal status or events.';
COMMENT ON COLUMN completeness.pct_share IS 'With what says whether it is PCT.';
COMMENT ON COLUMN completeness.data_label IS 'real, synthetic or mixed.';
