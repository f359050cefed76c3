-- The provincial study over several years: pooled, between and within figures, and the observations behind them.

CREATE TABLE run_province_panel (
    run_id INTEGER NOT NULL, outcome VARCHAR NOT NULL, relation VARCHAR NOT NULL, expression VARCHAR NOT NULL, level VARCHAR NOT NULL, group_name VARCHAR,
    consistency DOUBLE, coverage DOUBLE, distance DOUBLE
);
COMMENT ON TABLE run_province_panel IS 'Consistency and coverage of each condition (necessity) and of each path of the pooled solution (sufficiency): pooled, by year, by province (METHODS §6).';
COMMENT ON COLUMN run_province_panel.run_id IS 'Run.';
COMMENT ON COLUMN run_province_panel.outcome IS 'high or low (non-high).';
COMMENT ON COLUMN run_province_panel.relation IS 'necessity or sufficiency.';
COMMENT ON COLUMN run_province_panel.expression IS 'Condition (~ before its negation), conjunction of a path, or solution for the union of the paths.';
COMMENT ON COLUMN run_province_panel.level IS 'pooled (all observations), between (years) or within (provinces).';
COMMENT ON COLUMN run_province_panel.group_name IS 'Year or province code; NULL for pooled figures and for the row that holds the distance.';
COMMENT ON COLUMN run_province_panel.consistency IS 'Consistency; NULL where the group has no membership to judge by, and in the distance''s row.';
COMMENT ON COLUMN run_province_panel.coverage IS 'Coverage; NULL likewise.';
COMMENT ON COLUMN run_province_panel.distance IS 'Between or within distance of the consistencies, 0 when all groups agree; only in the row without a group.';

CREATE TABLE run_province_panel_cases (run_id INTEGER NOT NULL, province VARCHAR NOT NULL, "year" SMALLINT NOT NULL, variable VARCHAR NOT NULL, value DOUBLE NOT NULL, membership DOUBLE NOT NULL);
COMMENT ON TABLE run_province_panel_cases IS 'Raw value and set membership of every observation (province and year) of a panel; anchors are those of all observations together.';
COMMENT ON COLUMN run_province_panel_cases.run_id IS 'Run.';
COMMENT ON COLUMN run_province_panel_cases.province IS 'Province.';
COMMENT ON COLUMN run_province_panel_cases."year" IS 'Year of the outcome; conditions are those of the lag before it.';
COMMENT ON COLUMN run_province_panel_cases.variable IS 'Variable; outcome for the outcome.';
COMMENT ON COLUMN run_province_panel_cases.value IS 'Raw value.';
COMMENT ON COLUMN run_province_panel_cases.membership IS 'Calibrated membership, 0..1.';
