-- Bounds of raw dynamics of which nothing changed are not computed again: those of the run with equal inputs are taken.
CREATE TABLE run_bounds_inputs (
    run_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, digest VARCHAR NOT NULL, least BIGINT, most BIGINT,
    is_sharp BOOLEAN NOT NULL
);
COMMENT ON TABLE run_bounds_inputs IS 'What the bounds of each technology''s raw dynamics were computed from, of the latest runs: equal digests have equal bounds (上下限的输入摘要).';
COMMENT ON COLUMN run_bounds_inputs.run_id IS 'Run.';
COMMENT ON COLUMN run_bounds_inputs.technology_id IS 'Technology.';
COMMENT ON COLUMN run_bounds_inputs.digest IS 'SHA-256 of the families per class and window, those that are free, the length of the lists, and the program''s version.';
COMMENT ON COLUMN run_bounds_inputs.least IS 'Least raw dynamics; NULL: a window cannot hold a family.';
COMMENT ON COLUMN run_bounds_inputs.most IS 'Greatest raw dynamics; NULL: a window cannot hold a family.';
COMMENT ON COLUMN run_bounds_inputs.is_sharp IS 'Whether both are attained.';
