-- name: matrix_latest
-- grain: one row per technology and frame of the latest live run that placed anything
CREATE OR REPLACE VIEW matrix_latest AS
SELECT * FROM matrix_at
WHERE run_id = (SELECT max(run_id) FROM run_placements WHERE origin = 'live');
COMMENT ON VIEW matrix_latest IS 'Where each technology is now: the strategy matrix of the latest run by the workspace''s own settings (策略矩阵).';
COMMENT ON COLUMN matrix_latest.run_id IS 'Run.';
COMMENT ON COLUMN matrix_latest.as_of IS 'As-of date T.';
COMMENT ON COLUMN matrix_latest.technology_id IS 'Technology.';
COMMENT ON COLUMN matrix_latest.number IS 'Number in the paper''s Table 2.';
COMMENT ON COLUMN matrix_latest.name_zh IS 'Chinese name.';
COMMENT ON COLUMN matrix_latest.name_en IS 'English name.';
COMMENT ON COLUMN matrix_latest.frame IS 'relative (this run''s ranges and weights) or anchored (a baseline run''s).';
COMMENT ON COLUMN matrix_latest.capability IS 'Technology capability K (技术能力基础), 0..1.';
COMMENT ON COLUMN matrix_latest.dynamics IS 'Paradigm dynamics D (技术范式动态性), standardised.';
COMMENT ON COLUMN matrix_latest.dynamics_raw IS 'D before standardising.';
COMMENT ON COLUMN matrix_latest.strategy IS 'assault, disrupt, entrench, position; NULL = not placed.';
COMMENT ON COLUMN matrix_latest.strategy_zh IS '攻坚, 颠覆, 挖壕, 卡位.';
COMMENT ON COLUMN matrix_latest.is_watch IS 'Nearer than the margin to a line.';
COMMENT ON COLUMN matrix_latest.watch_towards IS 'Strategy beyond that line.';
COMMENT ON COLUMN matrix_latest.distance IS 'Distance to the nearest line.';
COMMENT ON COLUMN matrix_latest.families IS 'Families after screening.';
COMMENT ON COLUMN matrix_latest.low_evidence IS 'Coverage of some indicator is under the floor.';
COMMENT ON COLUMN matrix_latest.low_evidence_why IS 'Which.';
COMMENT ON COLUMN matrix_latest.not_placed_why IS 'Why it was not placed.';
COMMENT ON COLUMN matrix_latest.data_label IS 'real, synthetic or mixed.';
COMMENT ON COLUMN matrix_latest.capability_low IS 'Lower end of the 90 % interval of K.';
COMMENT ON COLUMN matrix_latest.capability_high IS 'Upper end of the 90 % interval of K.';
COMMENT ON COLUMN matrix_latest.dynamics_low IS 'Lower end of the 90 % interval of D.';
COMMENT ON COLUMN matrix_latest.dynamics_high IS 'Upper end of the 90 % interval of D.';
COMMENT ON COLUMN matrix_latest.probability IS 'Probability of the quadrant it is placed in (docs/methods.md, How sure).';
COMMENT ON COLUMN matrix_latest.p_assault IS 'Probability of 攻坚 assault.';
COMMENT ON COLUMN matrix_latest.p_disrupt IS 'Probability of 颠覆 disrupt.';
COMMENT ON COLUMN matrix_latest.p_entrench IS 'Probability of 挖壕 entrench.';
COMMENT ON COLUMN matrix_latest.p_position IS 'Probability of 卡位 position.';
COMMENT ON COLUMN matrix_latest.unsettled IS 'Another quadrant is more probable than the one it is placed in (未定); NULL: no probabilities.';
COMMENT ON COLUMN matrix_latest.origin IS 'live (the record), adhoc (a what-if) or backfill.';
COMMENT ON COLUMN matrix_latest.run_label IS 'Name of a what-if; NULL: none.';
COMMENT ON COLUMN matrix_latest.focal_country IS 'Focal country.';
COMMENT ON COLUMN matrix_latest.screening IS 'Screening policy.';
COMMENT ON COLUMN matrix_latest.windows IS 'rolling, or fixed with its years.';
COMMENT ON COLUMN matrix_latest.frame_technologies IS 'Technologies that the frame of this run rests on; relative places of fewer than ten rest on few.';
COMMENT ON COLUMN matrix_latest.capability_least IS 'Least K that the unknown allows (docs/methods.md, Bounds).';
COMMENT ON COLUMN matrix_latest.capability_most IS 'Greatest K that it allows.';
COMMENT ON COLUMN matrix_latest.dynamics_least IS 'Least D that the unknown allows.';
COMMENT ON COLUMN matrix_latest.dynamics_most IS 'Greatest D that it allows.';
COMMENT ON COLUMN matrix_latest.is_sharp IS 'The ends are reached by some way the unknown could be; false: they may be wider than needed, never narrower.';
COMMENT ON COLUMN matrix_latest.holds IS 'Placed here whatever the unknown is; false: cannot be told; NULL: not placed, or by an older version.';
