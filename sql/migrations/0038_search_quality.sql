-- Is the search right: samples drawn for people to judge, their verdicts, what follows for precision, recall and the shares.

CREATE TABLE quality_samples (
    sample_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, query_hash VARCHAR NOT NULL, drawn_at TIMESTAMP NOT NULL, seed BIGINT NOT NULL, focal_country VARCHAR NOT NULL
);
COMMENT ON TABLE quality_samples IS 'Samples drawn to judge a query by (docs/methods.md, Is the search right). 检索质量抽样';
COMMENT ON COLUMN quality_samples.sample_id IS 'Number, rising.';
COMMENT ON COLUMN quality_samples.technology_id IS 'Technology or topic.';
COMMENT ON COLUMN quality_samples.query_hash IS 'The query that was judged: a changed query needs a new sample.';
COMMENT ON COLUMN quality_samples.drawn_at IS 'When it was drawn (UTC).';
COMMENT ON COLUMN quality_samples.seed IS 'Seed: the same seed on the same warehouse draws the same sample.';
COMMENT ON COLUMN quality_samples.focal_country IS 'Focal country, whose families were drawn apart from the others''.';

CREATE TABLE quality_strata (
    sample_id INTEGER NOT NULL, stratum INTEGER NOT NULL, kind VARCHAR NOT NULL, "window" VARCHAR NOT NULL, office VARCHAR NOT NULL, side VARCHAR NOT NULL, families INTEGER NOT NULL, drawn INTEGER NOT NULL
);
COMMENT ON TABLE quality_strata IS 'The strata of a sample: how many families there are in each and how many were drawn.';
COMMENT ON COLUMN quality_strata.sample_id IS 'Sample.';
COMMENT ON COLUMN quality_strata.stratum IS 'Number within the sample.';
COMMENT ON COLUMN quality_strata.kind IS 'hit (belongs to the technology); near misses: unreturned (satisfies the query, but no source returned it), excluded (dropped by an exclusion alone), one_clause (holds a clause, not all), refused (a source returned it, the text at hand does not satisfy the query), neighbour (at least two citations to or from hits).';
COMMENT ON COLUMN quality_strata."window" IS 'earlier, later or none: the window the filing date lies in; * where small strata were put together.';
COMMENT ON COLUMN quality_strata.office IS 'Publishing authority of the family''s first publication; * where small strata were put together.';
COMMENT ON COLUMN quality_strata.side IS 'focal, others or unknown: whose family it is.';
COMMENT ON COLUMN quality_strata.families IS 'Families in the stratum.';
COMMENT ON COLUMN quality_strata.drawn IS 'Of these drawn.';

CREATE TABLE quality_items (
    sample_id INTEGER NOT NULL, item INTEGER NOT NULL, stratum INTEGER NOT NULL, kind VARCHAR NOT NULL, family_id VARCHAR NOT NULL, publication_number VARCHAR NOT NULL, "window" VARCHAR NOT NULL, office VARCHAR NOT NULL, country VARCHAR, side VARCHAR NOT NULL, is_linked BOOLEAN NOT NULL
);
COMMENT ON TABLE quality_items IS 'The families of a sample, in the order of the workbook.';
COMMENT ON COLUMN quality_items.sample_id IS 'Sample.';
COMMENT ON COLUMN quality_items.item IS 'Number within the sample.';
COMMENT ON COLUMN quality_items.stratum IS 'Stratum it was drawn from.';
COMMENT ON COLUMN quality_items.kind IS 'hit, unreturned, excluded, one_clause, refused or neighbour; not shown to the judge.';
COMMENT ON COLUMN quality_items.family_id IS 'Family.';
COMMENT ON COLUMN quality_items.publication_number IS 'Publication shown.';
COMMENT ON COLUMN quality_items."window" IS 'earlier, later or none.';
COMMENT ON COLUMN quality_items.office IS 'Publishing authority of its first publication.';
COMMENT ON COLUMN quality_items.country IS 'Country of the family; NULL unknown.';
COMMENT ON COLUMN quality_items.side IS 'focal, others or unknown.';
COMMENT ON COLUMN quality_items.is_linked IS 'At least two citations join it to hits.';

CREATE TABLE quality_judgements (
    sample_id INTEGER NOT NULL, item INTEGER NOT NULL, judge VARCHAR NOT NULL, verdict VARCHAR NOT NULL, note VARCHAR, judged_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE quality_judgements IS 'What people said of the families of a sample, one row a judge and family; a judge''s later file replaces the earlier one. 人工判定';
COMMENT ON COLUMN quality_judgements.sample_id IS 'Sample.';
COMMENT ON COLUMN quality_judgements.item IS 'Family of the sample.';
COMMENT ON COLUMN quality_judgements.judge IS 'Who judged.';
COMMENT ON COLUMN quality_judgements.verdict IS 'yes (about the technology), no or unsure.';
COMMENT ON COLUMN quality_judgements.note IS 'Remark.';
COMMENT ON COLUMN quality_judgements.judged_at IS 'When the file was read back (UTC).';

CREATE TABLE quality_seeds (technology_id VARCHAR NOT NULL, stated VARCHAR NOT NULL, publication_number VARCHAR, family_id VARCHAR, list VARCHAR NOT NULL, given_at TIMESTAMP NOT NULL);
COMMENT ON TABLE quality_seeds IS 'Patents a person knows to be about a technology (seed patents): how many of them the query finds is an estimate of recall. 种子专利';
COMMENT ON COLUMN quality_seeds.technology_id IS 'Technology or topic.';
COMMENT ON COLUMN quality_seeds.stated IS 'As the list states it.';
COMMENT ON COLUMN quality_seeds.publication_number IS 'Canonical number, without kind where the list has none; NULL where the list states a family number only.';
COMMENT ON COLUMN quality_seeds.family_id IS 'DOCDB family where the list states one.';
COMMENT ON COLUMN quality_seeds.list IS 'Name of the list (the file''s name).';
COMMENT ON COLUMN quality_seeds.given_at IS 'When it was read (UTC).';

CREATE TABLE quality_estimates (
    technology_id VARCHAR NOT NULL, query_hash VARCHAR NOT NULL, measure VARCHAR NOT NULL, basis VARCHAR NOT NULL, dimension VARCHAR NOT NULL, value_of VARCHAR NOT NULL,
    estimate DOUBLE, low DOUBLE, high DOUBLE, exact_low DOUBLE, exact_high DOUBLE, if_unsure_no DOUBLE, if_unsure_yes DOUBLE,
    decided INTEGER, yes INTEGER, unsure INTEGER, families DOUBLE, effective DOUBLE, coverage DOUBLE, assumption VARCHAR NOT NULL, sample_id INTEGER, estimated_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE quality_estimates IS 'Precision and recall of a query with 90 % intervals, whole and by window, office, country and side. 查准率与查全率';
COMMENT ON COLUMN quality_estimates.technology_id IS 'Technology or topic.';
COMMENT ON COLUMN quality_estimates.query_hash IS 'The query.';
COMMENT ON COLUMN quality_estimates.measure IS 'precision 查准率 or recall 查全率.';
COMMENT ON COLUMN quality_estimates.basis IS 'precision: judged. recall: near (near misses judged, citation neighbours among them), neighbours (citation neighbours alone), seeds (a list of known patents), sources:A+B (capture-recapture between two sources).';
COMMENT ON COLUMN quality_estimates.dimension IS 'all, window, office, country, side (focal, others) or kind.';
COMMENT ON COLUMN quality_estimates.value_of IS 'Value of the dimension; * for all.';
COMMENT ON COLUMN quality_estimates.estimate IS 'Estimate, 0..1; NULL nothing was decided.';
COMMENT ON COLUMN quality_estimates.low IS 'Lower end of the 90 % interval (precision and seeds: Wilson).';
COMMENT ON COLUMN quality_estimates.high IS 'Upper end.';
COMMENT ON COLUMN quality_estimates.exact_low IS 'Lower end by Clopper-Pearson at the effective number; NULL where it does not apply.';
COMMENT ON COLUMN quality_estimates.exact_high IS 'Upper end.';
COMMENT ON COLUMN quality_estimates.if_unsure_no IS 'Estimate if every unsure one were no.';
COMMENT ON COLUMN quality_estimates.if_unsure_yes IS 'Estimate if every unsure one were yes.';
COMMENT ON COLUMN quality_estimates.decided IS 'Families judged yes or no (seeds: seeds that were read; sources: families of both sources together).';
COMMENT ON COLUMN quality_estimates.yes IS 'Of these yes (seeds: found; sources: in both).';
COMMENT ON COLUMN quality_estimates.unsure IS 'Judged unsure, or differently by as many judges.';
COMMENT ON COLUMN quality_estimates.families IS 'Families the estimate speaks about.';
COMMENT ON COLUMN quality_estimates.effective IS 'Effective number of judgements (Kish): unequal weights count for less.';
COMMENT ON COLUMN quality_estimates.coverage IS 'Share of those families in strata where something was decided.';
COMMENT ON COLUMN quality_estimates.assumption IS 'What the estimate rests on.';
COMMENT ON COLUMN quality_estimates.sample_id IS 'Sample; NULL where it rests on none.';
COMMENT ON COLUMN quality_estimates.estimated_at IS 'When (UTC).';

CREATE TABLE quality_agreement (sample_id INTEGER NOT NULL, first_judge VARCHAR NOT NULL, second_judge VARCHAR NOT NULL, items INTEGER NOT NULL, agreed DOUBLE, kappa DOUBLE);
COMMENT ON TABLE quality_agreement IS 'Agreement of each pair of judges of a sample. 判定一致性';
COMMENT ON COLUMN quality_agreement.sample_id IS 'Sample.';
COMMENT ON COLUMN quality_agreement.first_judge IS 'A judge.';
COMMENT ON COLUMN quality_agreement.second_judge IS 'Another.';
COMMENT ON COLUMN quality_agreement.items IS 'Families both judged.';
COMMENT ON COLUMN quality_agreement.agreed IS 'Share on which they say the same (yes, no, unsure).';
COMMENT ON COLUMN quality_agreement.kappa IS 'Cohen''s kappa; NULL where both always say one and the same thing.';

CREATE TABLE quality_terms (
    technology_id VARCHAR NOT NULL, query_hash VARCHAR NOT NULL, proposal VARCHAR NOT NULL, field VARCHAR NOT NULL, term VARCHAR NOT NULL, inside INTEGER NOT NULL, inside_total INTEGER NOT NULL,
    outside INTEGER NOT NULL, outside_total INTEGER NOT NULL, log_odds DOUBLE NOT NULL, z DOUBLE NOT NULL, examples VARCHAR[] NOT NULL
);
COMMENT ON TABLE quality_terms IS 'Words and classes that set apart what was judged right from what was judged wrong: proposals for the query, never applied by the program. 检索词建议';
COMMENT ON COLUMN quality_terms.technology_id IS 'Technology or topic.';
COMMENT ON COLUMN quality_terms.query_hash IS 'The query they would change.';
COMMENT ON COLUMN quality_terms.proposal IS 'exclude (would raise precision: in false hits, not in right ones), add (would raise recall: in near misses judged right, not in the others) or explore (in hits, rare in near misses, not in the query: nothing judged yet speaks for it).';
COMMENT ON COLUMN quality_terms.field IS 'tiab (word or phrase of title and abstract) or ipc.';
COMMENT ON COLUMN quality_terms.term IS 'The term, as a query writes it.';
COMMENT ON COLUMN quality_terms.inside IS 'Families with the term among those that should change (false hits, right near misses; explore: hits).';
COMMENT ON COLUMN quality_terms.inside_total IS 'Out of how many.';
COMMENT ON COLUMN quality_terms.outside IS 'Families with the term among those that should stay.';
COMMENT ON COLUMN quality_terms.outside_total IS 'Out of how many.';
COMMENT ON COLUMN quality_terms.log_odds IS 'Log odds ratio inside against outside, with half a family added to each count.';
COMMENT ON COLUMN quality_terms.z IS 'The same in standard errors.';
COMMENT ON COLUMN quality_terms.examples IS 'Up to three publications inside that have it.';

CREATE TABLE run_corrected (
    run_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, indicator VARCHAR NOT NULL, value DOUBLE, corrected DOUBLE, low DOUBLE, high DOUBLE, factor DOUBLE, recall_basis VARCHAR NOT NULL, sample_id INTEGER
);
COMMENT ON TABLE run_corrected IS 'The shares of a run corrected for precision and recall of each side, beside the raw ones, which stay what they are. 校正占比';
COMMENT ON COLUMN run_corrected.run_id IS 'Run.';
COMMENT ON COLUMN run_corrected.technology_id IS 'Technology.';
COMMENT ON COLUMN run_corrected.indicator IS 'applications, citations, claims, pct.';
COMMENT ON COLUMN run_corrected.value IS 'Raw share, as in run_indicators.';
COMMENT ON COLUMN run_corrected.corrected IS 'Corrected share: the odds of the raw one times factor.';
COMMENT ON COLUMN run_corrected.low IS 'Lower end of the 90 % interval: judgements and families together.';
COMMENT ON COLUMN run_corrected.high IS 'Upper end.';
COMMENT ON COLUMN run_corrected.factor IS 'Precision over recall of the focal country, over the same of the others.';
COMMENT ON COLUMN run_corrected.recall_basis IS 'Whose recall was used (near, seeds, sources:A+B), or equal: unknown, taken as equal on both sides.';
COMMENT ON COLUMN run_corrected.sample_id IS 'Sample the precision comes from.';

CREATE TABLE run_corrected_places (
    run_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, frame VARCHAR NOT NULL, is_corrected BOOLEAN NOT NULL, capability DOUBLE, capability_low DOUBLE, capability_high DOUBLE, dynamics_low DOUBLE, dynamics_high DOUBLE,
    p_assault DOUBLE, p_disrupt DOUBLE, p_entrench DOUBLE, p_position DOUBLE
);
COMMENT ON TABLE run_corrected_places IS 'Odds of a run with the uncertainty of the searches in them: shares of judged technologies corrected in every draw, all others as they are (docs/methods.md, Is the search right).';
COMMENT ON COLUMN run_corrected_places.run_id IS 'Run.';
COMMENT ON COLUMN run_corrected_places.technology_id IS 'Technology.';
COMMENT ON COLUMN run_corrected_places.frame IS 'relative or anchored.';
COMMENT ON COLUMN run_corrected_places.is_corrected IS 'False: its own search was not judged; only the frame around it changed.';
COMMENT ON COLUMN run_corrected_places.capability IS 'K of the corrected shares.';
COMMENT ON COLUMN run_corrected_places.capability_low IS 'Lower end of the 90 % interval of K.';
COMMENT ON COLUMN run_corrected_places.capability_high IS 'Upper end.';
COMMENT ON COLUMN run_corrected_places.dynamics_low IS 'Lower end of the 90 % interval of D, which is not corrected.';
COMMENT ON COLUMN run_corrected_places.dynamics_high IS 'Upper end.';
COMMENT ON COLUMN run_corrected_places.p_assault IS 'Probability of 攻坚 assault.';
COMMENT ON COLUMN run_corrected_places.p_disrupt IS 'Probability of 颠覆 disrupt.';
COMMENT ON COLUMN run_corrected_places.p_entrench IS 'Probability of 挖壕 entrench.';
COMMENT ON COLUMN run_corrected_places.p_position IS 'Probability of 卡位 position.';
