-- The list review: each candidate judged anew on a run's evidence, what was proposed, and what became of it.

CREATE TABLE reviews (
    review_id INTEGER NOT NULL, of_run INTEGER NOT NULL, edition_id INTEGER NOT NULL, as_of DATE NOT NULL, data_label VARCHAR, reviewed_at TIMESTAMP NOT NULL,
    additions INTEGER NOT NULL, retirements INTEGER NOT NULL, held_why VARCHAR, is_applied BOOLEAN NOT NULL, applied_edition_id INTEGER
);
COMMENT ON TABLE reviews IS 'One row per list review (清单复核).';
COMMENT ON COLUMN reviews.review_id IS 'The review''s run in the ledger (runs.kind = review).';
COMMENT ON COLUMN reviews.of_run IS 'Run whose figures were judged.';
COMMENT ON COLUMN reviews.edition_id IS 'Edition of the technology list that was judged.';
COMMENT ON COLUMN reviews.as_of IS 'As-of date T of that run.';
COMMENT ON COLUMN reviews.data_label IS 'real, synthetic or mixed: what the records behind that run are.';
COMMENT ON COLUMN reviews.reviewed_at IS 'When (UTC).';
COMMENT ON COLUMN reviews.additions IS 'Technologies proposed to be watched.';
COMMENT ON COLUMN reviews.retirements IS 'Technologies proposed to be watched no longer.';
COMMENT ON COLUMN reviews.held_why IS 'Why nothing was proposed although figures failed: the data itself is in doubt.';
COMMENT ON COLUMN reviews.is_applied IS 'True when the proposals were written to the list.';
COMMENT ON COLUMN reviews.applied_edition_id IS 'The edition that applying them made.';

CREATE TABLE review_items (
    review_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, number INTEGER, name_zh VARCHAR NOT NULL, name_en VARCHAR NOT NULL, status VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL, proposal VARCHAR, is_screened BOOLEAN, families_found INTEGER, families INTEGER, families_earlier INTEGER, families_later INTEGER,
    least_coverage DOUBLE, least_coverage_indicator VARCHAR, confirmed_share DOUBLE, refused_publications INTEGER, growth DOUBLE, overlap_share DOUBLE, overlap_with VARCHAR,
    stability DOUBLE, runs_compared INTEGER, findings VARCHAR[] NOT NULL, finding_en VARCHAR, finding_zh VARCHAR
);
COMMENT ON TABLE review_items IS 'Each technology and candidate of the list as a review judged it, with the figures.';
COMMENT ON COLUMN review_items.review_id IS 'The review.';
COMMENT ON COLUMN review_items.technology_id IS 'Technology.';
COMMENT ON COLUMN review_items.number IS 'Number in the paper''s Table 2; NULL where it has none.';
COMMENT ON COLUMN review_items.name_zh IS 'Chinese name.';
COMMENT ON COLUMN review_items.name_en IS 'English name.';
COMMENT ON COLUMN review_items.status IS 'watched or candidate, at the time.';
COMMENT ON COLUMN review_items.verdict IS 'watched 观察, could be watched 可观察, not measurable by patents 专利不能衡量.';
COMMENT ON COLUMN review_items.proposal IS 'add, retire, or NULL.';
COMMENT ON COLUMN review_items.is_screened IS 'True: the run measured it, the counts are after screening. False: counted from its memberships, before screening. NULL: no records.';
COMMENT ON COLUMN review_items.families_found IS 'Families before screening; NULL unknown (not harvested).';
COMMENT ON COLUMN review_items.families IS 'Families judged: after screening where the run measured it.';
COMMENT ON COLUMN review_items.families_earlier IS 'Of those, in the earlier window.';
COMMENT ON COLUMN review_items.families_later IS 'Of those, in the later window.';
COMMENT ON COLUMN review_items.least_coverage IS 'Least coverage over the four indicators.';
COMMENT ON COLUMN review_items.least_coverage_indicator IS 'Which.';
COMMENT ON COLUMN review_items.confirmed_share IS 'Share of harvested families that the local evaluation confirms; imported ones do not count. NULL when none was harvested.';
COMMENT ON COLUMN review_items.refused_publications IS 'Publications a source returned that the local evaluation refused.';
COMMENT ON COLUMN review_items.growth IS 'Families found over those of the run before with the same query; NULL without one.';
COMMENT ON COLUMN review_items.overlap_share IS 'Greatest share of its families that another technology has too.';
COMMENT ON COLUMN review_items.overlap_with IS 'Which technology.';
COMMENT ON COLUMN review_items.stability IS 'Share of the latest runs with the same query (12 at most, this one included) in which it stood where it stands now.';
COMMENT ON COLUMN review_items.runs_compared IS 'How many runs that is.';
COMMENT ON COLUMN review_items.findings IS 'Checks that failed: few_families, few_earlier, few_later, not_placed, coverage, confirmed, growth, fell, overlap, unstable, no_records, retired_before.';
COMMENT ON COLUMN review_items.finding_en IS 'The findings in one sentence, English.';
COMMENT ON COLUMN review_items.finding_zh IS 'The findings in one sentence, Chinese.';
