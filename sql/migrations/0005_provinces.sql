-- The provincial study: where Chinese families come from, the table of conditions, and what each study found.

CREATE TABLE family_provinces (
    family_key INTEGER NOT NULL, province VARCHAR, rule VARCHAR NOT NULL, evidence VARCHAR, publication_number VARCHAR
);
COMMENT ON TABLE family_provinces IS 'Province of the first applicant of each family of the topic search, with the rule that settled it (METHODS §6); rebuilt by every load.';
COMMENT ON COLUMN family_provinces.family_key IS 'Family.';
COMMENT ON COLUMN family_provinces.province IS 'Six-digit GB/T 2260 code; NULL unknown or abroad.';
COMMENT ON COLUMN family_provinces.rule IS 'code, province, city, county or postcode (from an address), territory (residence TW, HK or MO), applicant_name (the name begins with or ends in a province or city; no address is known), abroad, or unknown.';
COMMENT ON COLUMN family_provinces.evidence IS 'The text that settled it (shortened to 200 characters), or for unknown ones the text that did not; NULL when there is none.';
COMMENT ON COLUMN family_provinces.publication_number IS 'The member that states it.';

CREATE TABLE province_names (province VARCHAR NOT NULL, name_zh VARCHAR NOT NULL, name_en VARCHAR NOT NULL);
COMMENT ON TABLE province_names IS 'First-level divisions of GB/T 2260; rebuilt by every load.';
COMMENT ON COLUMN province_names.province IS 'Six-digit code.';
COMMENT ON COLUMN province_names.name_zh IS 'Chinese short name.';
COMMENT ON COLUMN province_names.name_en IS 'English name.';

CREATE TABLE province_conditions (
    province VARCHAR NOT NULL, "year" SMALLINT NOT NULL, variable VARCHAR NOT NULL, value DOUBLE NOT NULL, source VARCHAR NOT NULL,
    is_derived BOOLEAN NOT NULL, is_synthetic BOOLEAN NOT NULL, file VARCHAR NOT NULL, run_id INTEGER NOT NULL
);
COMMENT ON TABLE province_conditions IS 'The user''s table of conditions (docs/provinces.md); a later import of the same cell replaces it.';
COMMENT ON COLUMN province_conditions.province IS 'Six-digit GB/T 2260 code.';
COMMENT ON COLUMN province_conditions."year" IS 'Year the value describes.';
COMMENT ON COLUMN province_conditions.variable IS 'Variable, e.g. rd_intensity.';
COMMENT ON COLUMN province_conditions.value IS 'Value in the variable''s unit; ratios, not percent.';
COMMENT ON COLUMN province_conditions.source IS 'Where the value comes from, as the user states it; begins with "synthetic" for invented ones.';
COMMENT ON COLUMN province_conditions.is_derived IS 'True when the program computed it from other rows (METHODS §6).';
COMMENT ON COLUMN province_conditions.is_synthetic IS 'True for invented values.';
COMMENT ON COLUMN province_conditions.file IS 'File it was imported from.';
COMMENT ON COLUMN province_conditions.run_id IS 'Import that brought it (runs.kind = import).';

-- ---------------------------------------------------------------- what a study found
CREATE TABLE run_provinces (
    run_id INTEGER NOT NULL, topic_id VARCHAR NOT NULL, outcome_year SMALLINT NOT NULL, conditions_year SMALLINT NOT NULL, cases INTEGER NOT NULL, families INTEGER NOT NULL,
    unknown_families INTEGER NOT NULL, settings JSON NOT NULL, settings_hash VARCHAR NOT NULL, data_label VARCHAR NOT NULL,
    solution_consistency DOUBLE, solution_coverage DOUBLE, low_solution_consistency DOUBLE, low_solution_coverage DOUBLE, notes VARCHAR[] NOT NULL
);
COMMENT ON TABLE run_provinces IS 'One row per run of the provincial study (METHODS §6).';
COMMENT ON COLUMN run_provinces.run_id IS 'Run.';
COMMENT ON COLUMN run_provinces.topic_id IS 'Topic whose families are the outcome.';
COMMENT ON COLUMN run_provinces.outcome_year IS 'Year of the outcome.';
COMMENT ON COLUMN run_provinces.conditions_year IS 'Year of the conditions: the lag before the outcome.';
COMMENT ON COLUMN run_provinces.cases IS 'Provinces studied.';
COMMENT ON COLUMN run_provinces.families IS 'Families of that topic and year with a known province.';
COMMENT ON COLUMN run_provinces.unknown_families IS 'Chinese families of that topic and year whose province is unknown; they are in no case.';
COMMENT ON COLUMN run_provinces.settings IS 'Settings that determine the figures.';
COMMENT ON COLUMN run_provinces.settings_hash IS 'Hash of settings: runs with the same hash are comparable.';
COMMENT ON COLUMN run_provinces.data_label IS 'real, synthetic or mixed: patents and conditions together.';
COMMENT ON COLUMN run_provinces.solution_consistency IS 'Consistency of the solution for a high outcome; NULL when nothing passes.';
COMMENT ON COLUMN run_provinces.solution_coverage IS 'Coverage of the solution for a high outcome.';
COMMENT ON COLUMN run_provinces.low_solution_consistency IS 'Consistency of the solution for a non-high outcome.';
COMMENT ON COLUMN run_provinces.low_solution_coverage IS 'Coverage of the solution for a non-high outcome.';
COMMENT ON COLUMN run_provinces.notes IS 'What a reader should know: cases left out, memberships of 0.5, several models.';

CREATE TABLE run_province_cases (run_id INTEGER NOT NULL, province VARCHAR NOT NULL, variable VARCHAR NOT NULL, value DOUBLE NOT NULL, membership DOUBLE NOT NULL);
COMMENT ON TABLE run_province_cases IS 'Raw value and set membership of every case and variable of a study.';
COMMENT ON COLUMN run_province_cases.run_id IS 'Run.';
COMMENT ON COLUMN run_province_cases.province IS 'Province.';
COMMENT ON COLUMN run_province_cases.variable IS 'Variable; outcome for the outcome.';
COMMENT ON COLUMN run_province_cases.value IS 'Raw value.';
COMMENT ON COLUMN run_province_cases.membership IS 'Calibrated membership, 0..1.';

CREATE TABLE run_province_nca (
    run_id INTEGER NOT NULL, variable VARCHAR NOT NULL, ceiling VARCHAR NOT NULL, effect_size DOUBLE, p_value DOUBLE, accuracy DOUBLE, scope DOUBLE, ceiling_zone DOUBLE, is_necessary BOOLEAN
);
COMMENT ON TABLE run_province_nca IS 'Necessary condition analysis of a study: one row per condition and ceiling.';
COMMENT ON COLUMN run_province_nca.run_id IS 'Run.';
COMMENT ON COLUMN run_province_nca.variable IS 'Condition.';
COMMENT ON COLUMN run_province_nca.ceiling IS 'ce_fdh or cr_fdh.';
COMMENT ON COLUMN run_province_nca.effect_size IS 'Effect size d; NULL undefined.';
COMMENT ON COLUMN run_province_nca.p_value IS 'p by permutation; NULL not tested.';
COMMENT ON COLUMN run_province_nca.accuracy IS 'Ceiling accuracy in percent.';
COMMENT ON COLUMN run_province_nca.scope IS 'Scope S.';
COMMENT ON COLUMN run_province_nca.ceiling_zone IS 'Ceiling zone.';
COMMENT ON COLUMN run_province_nca.is_necessary IS 'd and p pass the cut-offs (METHODS §6: 0.1 and 0.05); NULL undecided.';

CREATE TABLE run_province_necessity (
    run_id INTEGER NOT NULL, outcome VARCHAR NOT NULL, literal VARCHAR NOT NULL, consistency DOUBLE, coverage DOUBLE, ron DOUBLE, is_necessary BOOLEAN
);
COMMENT ON TABLE run_province_necessity IS 'Necessity of each condition and its negation (fsQCA) for a high and a non-high outcome.';
COMMENT ON COLUMN run_province_necessity.run_id IS 'Run.';
COMMENT ON COLUMN run_province_necessity.outcome IS 'high or low (non-high).';
COMMENT ON COLUMN run_province_necessity.literal IS 'Condition, ~ before it for its negation.';
COMMENT ON COLUMN run_province_necessity.consistency IS 'Consistency.';
COMMENT ON COLUMN run_province_necessity.coverage IS 'Coverage.';
COMMENT ON COLUMN run_province_necessity.ron IS 'Relevance of necessity.';
COMMENT ON COLUMN run_province_necessity.is_necessary IS 'Consistency above the cut-off (METHODS §6: 0.9); NULL undefined.';

CREATE TABLE run_province_paths (
    run_id INTEGER NOT NULL, outcome VARCHAR NOT NULL, model VARCHAR NOT NULL, is_shown BOOLEAN NOT NULL, path VARCHAR NOT NULL, term VARCHAR NOT NULL, core VARCHAR[] NOT NULL, peripheral VARCHAR[] NOT NULL,
    consistency DOUBLE, pri DOUBLE, raw_coverage DOUBLE, unique_coverage DOUBLE
);
COMMENT ON TABLE run_province_paths IS 'Paths of the intermediate solution, of every model of every C–P pair.';
COMMENT ON COLUMN run_province_paths.run_id IS 'Run.';
COMMENT ON COLUMN run_province_paths.outcome IS 'high or low (non-high).';
COMMENT ON COLUMN run_province_paths.model IS 'C–P pair and model, e.g. C1P1 or C1P1-M2.';
COMMENT ON COLUMN run_province_paths.is_shown IS 'True for the model of Table 5 (the first one).';
COMMENT ON COLUMN run_province_paths.path IS 'H1, H2, … or NH1, NH2, …';
COMMENT ON COLUMN run_province_paths.term IS 'Conjunction, e.g. digital_technology*~rd_intensity.';
COMMENT ON COLUMN run_province_paths.core IS 'Core literals: also in the parsimonious solution.';
COMMENT ON COLUMN run_province_paths.peripheral IS 'Peripheral literals.';
COMMENT ON COLUMN run_province_paths.consistency IS 'Consistency.';
COMMENT ON COLUMN run_province_paths.pri IS 'Proportional reduction in inconsistency.';
COMMENT ON COLUMN run_province_paths.raw_coverage IS 'Raw coverage.';
COMMENT ON COLUMN run_province_paths.unique_coverage IS 'Unique coverage; NULL for the only path.';

CREATE TABLE run_province_members (run_id INTEGER NOT NULL, outcome VARCHAR NOT NULL, province VARCHAR NOT NULL, path VARCHAR NOT NULL, term VARCHAR NOT NULL, membership DOUBLE NOT NULL);
COMMENT ON TABLE run_province_members IS 'Provinces on each path of the shown model (membership above 0.5).';
COMMENT ON COLUMN run_province_members.run_id IS 'Run.';
COMMENT ON COLUMN run_province_members.outcome IS 'high or low (non-high).';
COMMENT ON COLUMN run_province_members.province IS 'Province.';
COMMENT ON COLUMN run_province_members.path IS 'H1, H2, … or NH1, NH2, …';
COMMENT ON COLUMN run_province_members.term IS 'The path''s conjunction: what is compared between runs.';
COMMENT ON COLUMN run_province_members.membership IS 'Membership in it.';

CREATE TABLE run_province_changes (
    run_id INTEGER NOT NULL, previous_run INTEGER NOT NULL, kind VARCHAR NOT NULL, province VARCHAR, variable VARCHAR, outcome VARCHAR, was VARCHAR, is_now VARCHAR,
    text_zh VARCHAR NOT NULL, text_en VARCHAR NOT NULL
);
COMMENT ON TABLE run_province_changes IS 'What changed since the study before with the same settings: what alert rules ask.';
COMMENT ON COLUMN run_province_changes.run_id IS 'Run.';
COMMENT ON COLUMN run_province_changes.previous_run IS 'The comparable run before.';
COMMENT ON COLUMN run_province_changes.kind IS 'path (a province changes path), necessity_lost or necessity_gained.';
COMMENT ON COLUMN run_province_changes.province IS 'Province, for kind path.';
COMMENT ON COLUMN run_province_changes.variable IS 'Condition or its negation, for necessity.';
COMMENT ON COLUMN run_province_changes.outcome IS 'high or low (non-high).';
COMMENT ON COLUMN run_province_changes.was IS 'Before: the paths'' conjunctions, or the figure.';
COMMENT ON COLUMN run_province_changes.is_now IS 'Now.';
COMMENT ON COLUMN run_province_changes.text_zh IS 'One sentence, Chinese.';
COMMENT ON COLUMN run_province_changes.text_en IS 'One sentence, English.';
