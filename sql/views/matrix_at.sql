-- name: matrix_at
-- grain: one row per run, technology and frame
CREATE OR REPLACE VIEW matrix_at AS
SELECT p.run_id, p.as_of, p.origin, r.label AS run_label, s.focal_country, s.screening, s.windows, p.technology_id, i.number, i.name_zh, i.name_en, p.frame, p.capability, p.dynamics, p.dynamics_raw, p.strategy,
       CASE p.strategy WHEN 'assault' THEN '攻坚' WHEN 'disrupt' THEN '颠覆' WHEN 'entrench' THEN '挖壕' WHEN 'position' THEN '卡位' END AS strategy_zh,
       p.is_watch, p.watch_towards, p.distance, p.families, p.low_evidence, p.low_evidence_why, p.not_placed_why, p.data_label,
       count(p.capability) OVER (PARTITION BY p.run_id, p.frame) AS frame_technologies,
       c.capability_low, c.capability_high, c.dynamics_low, c.dynamics_high,
       CASE p.strategy WHEN 'assault' THEN c.p_assault WHEN 'disrupt' THEN c.p_disrupt WHEN 'entrench' THEN c.p_entrench WHEN 'position' THEN c.p_position END AS probability,
       c.p_assault, c.p_disrupt, c.p_entrench, c.p_position,
       probability < greatest(c.p_assault, c.p_disrupt, c.p_entrench, c.p_position) AS unsettled,
       b.capability_least, b.capability_most, b.dynamics_least, b.dynamics_most, b.holds, b.is_sharp
FROM run_placements AS p
JOIN runs AS r ON r.run_id = p.run_id
LEFT JOIN applied_settings AS s ON s.run_id = p.run_id
LEFT JOIN edition_items AS i ON i.edition_id = r.edition_id AND i.technology_id = p.technology_id
LEFT JOIN run_certainty AS c ON c.run_id = p.run_id AND c.technology_id = p.technology_id AND c.frame = p.frame
LEFT JOIN run_bounds AS b ON b.run_id = p.run_id AND b.technology_id = p.technology_id AND b.frame = p.frame;
COMMENT ON VIEW matrix_at IS 'The strategy matrix as every run placed it, what-ifs included (各次运行的策略矩阵).';
COMMENT ON COLUMN matrix_at.run_id IS 'Run.';
COMMENT ON COLUMN matrix_at.as_of IS 'As-of date T.';
COMMENT ON COLUMN matrix_at.technology_id IS 'Technology.';
COMMENT ON COLUMN matrix_at.number IS 'Number in the paper''s Table 2.';
COMMENT ON COLUMN matrix_at.name_zh IS 'Chinese name.';
COMMENT ON COLUMN matrix_at.name_en IS 'English name.';
COMMENT ON COLUMN matrix_at.frame IS 'relative (this run''s ranges and weights) or anchored (a baseline run''s).';
COMMENT ON COLUMN matrix_at.capability IS 'Technology capability K (技术能力基础), 0..1.';
COMMENT ON COLUMN matrix_at.dynamics IS 'Paradigm dynamics D (技术范式动态性), standardised.';
COMMENT ON COLUMN matrix_at.dynamics_raw IS 'D before standardising.';
COMMENT ON COLUMN matrix_at.strategy IS 'assault, disrupt, entrench, position; NULL = not placed.';
COMMENT ON COLUMN matrix_at.strategy_zh IS '攻坚, 颠覆, 挖壕, 卡位.';
COMMENT ON COLUMN matrix_at.is_watch IS 'Nearer than the margin to a line.';
COMMENT ON COLUMN matrix_at.watch_towards IS 'Strategy beyond that line.';
COMMENT ON COLUMN matrix_at.distance IS 'Distance to the nearest line.';
COMMENT ON COLUMN matrix_at.families IS 'Families after screening.';
COMMENT ON COLUMN matrix_at.low_evidence IS 'Coverage of some indicator is under the floor.';
COMMENT ON COLUMN matrix_at.low_evidence_why IS 'Which.';
COMMENT ON COLUMN matrix_at.not_placed_why IS 'Why it was not placed.';
COMMENT ON COLUMN matrix_at.data_label IS 'real, synthetic or mixed.';
COMMENT ON COLUMN matrix_at.capability_low IS 'Lower end of the 90 % interval of K.';
COMMENT ON COLUMN matrix_at.capability_high IS 'Upper end of the 90 % interval of K.';
COMMENT ON COLUMN matrix_at.dynamics_low IS 'Lower end of the 90 % interval of D.';
COMMENT ON COLUMN matrix_at.dynamics_high IS 'Upper end of the 90 % interval of D.';
COMMENT ON COLUMN matrix_at.probability IS 'Probability of the quadrant it is placed in (docs/methods.md, How sure).';
COMMENT ON COLUMN matrix_at.p_assault IS 'Probability of 攻坚 assault.';
COMMENT ON COLUMN matrix_at.p_disrupt IS 'Probability of 颠覆 disrupt.';
COMMENT ON COLUMN matrix_at.p_entrench IS 'Probability of 挖壕 entrench.';
COMMENT ON COLUMN matrix_at.p_position IS 'Probability of 卡位 position.';
COMMENT ON COLUMN matrix_at.unsettled IS 'Another quadrant is more probable than the one it is placed in (未定); NULL: no probabilities.';
COMMENT ON COLUMN matrix_at.origin IS 'live (the record), adhoc (a what-if) or backfill.';
COMMENT ON COLUMN matrix_at.run_label IS 'Name of a what-if; NULL: none.';
COMMENT ON COLUMN matrix_at.focal_country IS 'Focal country.';
COMMENT ON COLUMN matrix_at.screening IS 'Screening policy.';
COMMENT ON COLUMN matrix_at.windows IS 'rolling, or fixed with its years.';
COMMENT ON COLUMN matrix_at.frame_technologies IS 'Technologies that the frame of this run rests on; relative places of fewer than ten rest on few.';
COMMENT ON COLUMN matrix_at.capability_least IS 'Least K that the unknown allows (docs/methods.md, Bounds).';
COMMENT ON COLUMN matrix_at.capability_most IS 'Greatest K that it allows.';
COMMENT ON COLUMN matrix_at.dynamics_least IS 'Least D that the unknown allows.';
COMMENT ON COLUMN matrix_at.dynamics_most IS 'Greatest D that it allows.';
COMMENT ON COLUMN matrix_at.is_sharp IS 'The ends are reached by some way the unknown could be; false: they may be wider than needed, never narrower.';
COMMENT ON COLUMN matrix_at.holds IS 'Placed here whatever the unknown is; false: cannot be told; NULL: not placed, or by an older version.';
