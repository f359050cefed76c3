-- What is there of what should be: records by source, office and month, which fields they have, and what fell.

CREATE TABLE run_completeness (
    run_id INTEGER NOT NULL, source VARCHAR NOT NULL, office VARCHAR NOT NULL, published_month DATE NOT NULL, age INTEGER NOT NULL, records INTEGER NOT NULL, expected DOUBLE, expected_low DOUBLE, expected_high DOUBLE, final_share DOUBLE,
    with_title INTEGER NOT NULL, with_abstract INTEGER NOT NULL, with_claims INTEGER NOT NULL, with_ipc INTEGER NOT NULL, with_filing_date INTEGER NOT NULL, with_priority INTEGER NOT NULL, with_family INTEGER NOT NULL,
    with_applicant INTEGER NOT NULL, with_country INTEGER NOT NULL, with_citations INTEGER NOT NULL, with_status INTEGER NOT NULL, with_pct INTEGER NOT NULL
);
COMMENT ON TABLE run_completeness IS 'The meter of completeness (docs/methods.md, Completeness): publications of each source by office and month of publication, as a run found them. Older runs keep their newest 36 months. 完整性计量';
COMMENT ON COLUMN run_completeness.run_id IS 'Run.';
COMMENT ON COLUMN run_completeness.source IS 'Source; *: all together, each publication once with every field that any of them states.';
COMMENT ON COLUMN run_completeness.office IS 'Publishing authority.';
COMMENT ON COLUMN run_completeness.published_month IS 'First day of the month of publication.';
COMMENT ON COLUMN run_completeness.age IS 'Full months between the end of that month and the run''s date; 0: the month is not over, or just over.';
COMMENT ON COLUMN run_completeness.records IS 'Publications the source states.';
COMMENT ON COLUMN run_completeness.expected IS 'Publications expected from the twelve full months before (median); NULL: fewer than six of them.';
COMMENT ON COLUMN run_completeness.expected_low IS 'Lower end of what the past lets expect (90 %).';
COMMENT ON COLUMN run_completeness.expected_high IS 'Upper end.';
COMMENT ON COLUMN run_completeness.final_share IS 'Share of the month''s later number that earlier runs had found at this age; NULL: no earlier run tells.';
COMMENT ON COLUMN run_completeness.with_title IS 'Of these with a title.';
COMMENT ON COLUMN run_completeness.with_abstract IS 'With an abstract.';
COMMENT ON COLUMN run_completeness.with_claims IS 'With a claim count.';
COMMENT ON COLUMN run_completeness.with_ipc IS 'With an IPC symbol.';
COMMENT ON COLUMN run_completeness.with_filing_date IS 'With a filing date.';
COMMENT ON COLUMN run_completeness.with_priority IS 'With priorities or a priority date.';
COMMENT ON COLUMN run_completeness.with_family IS 'With a family.';
COMMENT ON COLUMN run_completeness.with_applicant IS 'With an applicant.';
COMMENT ON COLUMN run_completeness.with_country IS 'With the residence of an applicant.';
COMMENT ON COLUMN run_completeness.with_citations IS 'With its citing list or a citation count.';
COMMENT ON COLUMN run_completeness.with_status IS 'With a legal status or events.';
COMMENT ON COLUMN run_completeness.with_pct IS 'With what says whether it is PCT.';

CREATE TABLE run_fields (
    run_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, source VARCHAR NOT NULL, field VARCHAR NOT NULL, span VARCHAR NOT NULL, records INTEGER NOT NULL, filled INTEGER NOT NULL, before_run INTEGER, share_before DOUBLE, fell BOOLEAN NOT NULL
);
COMMENT ON TABLE run_fields IS 'Fields of each technology''s records by source: a fall is an artefact until shown otherwise, and holds the technology (docs/methods.md, Completeness). 字段完整率';
COMMENT ON COLUMN run_fields.run_id IS 'Run.';
COMMENT ON COLUMN run_fields.technology_id IS 'Technology.';
COMMENT ON COLUMN run_fields.source IS 'Source; *: all together. Only what falls there holds the technology.';
COMMENT ON COLUMN run_fields.field IS 'title, abstract, claims, ipc, filing_date, priority, family, applicant, country, citations, status or pct.';
COMMENT ON COLUMN run_fields.span IS 'all records, or recent: published in the 24 months before the run''s date.';
COMMENT ON COLUMN run_fields.records IS 'Publications of the technology that the source states.';
COMMENT ON COLUMN run_fields.filled IS 'Of these with the field.';
COMMENT ON COLUMN run_fields.before_run IS 'The run it is compared with: the latest in which the field had not fallen; NULL: none.';
COMMENT ON COLUMN run_fields.share_before IS 'Share with the field in that run.';
COMMENT ON COLUMN run_fields.fell IS 'The share fell by more than quality.field_fall, and by more than chance lets expect.';
