-- K and D between the least and the most that everything unknown can make of them.

CREATE TABLE run_bounds (
    run_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, frame VARCHAR NOT NULL,
    capability_least DOUBLE, capability_most DOUBLE, dynamics_least DOUBLE, dynamics_most DOUBLE,
    dynamics_raw_least INTEGER, dynamics_raw_most INTEGER, holds BOOLEAN NOT NULL, is_sharp BOOLEAN NOT NULL
);
COMMENT ON TABLE run_bounds IS 'K and D of each placed technology between the least and the most that the unknown allows (docs/methods.md, Bounds). 未知数据所容许的上下界';
COMMENT ON COLUMN run_bounds.run_id IS 'Run. 运行';
COMMENT ON COLUMN run_bounds.technology_id IS 'Technology. 技术';
COMMENT ON COLUMN run_bounds.frame IS 'relative or anchored. 参照系';
COMMENT ON COLUMN run_bounds.capability_least IS 'K when everything unknown speaks against the focal country; NULL: a share has no denominator whatever the unknown is. K 下界';
COMMENT ON COLUMN run_bounds.capability_most IS 'K when everything unknown speaks for it. K 上界';
COMMENT ON COLUMN run_bounds.dynamics_least IS 'Least D that families of unknown class, date or status allow. D 下界';
COMMENT ON COLUMN run_bounds.dynamics_most IS 'Greatest D that they allow. D 上界';
COMMENT ON COLUMN run_bounds.dynamics_raw_least IS 'Least D before standardising. 标准化前 D 下界';
COMMENT ON COLUMN run_bounds.dynamics_raw_most IS 'Greatest D before standardising. 标准化前 D 上界';
COMMENT ON COLUMN run_bounds.holds IS 'It is placed here whatever the unknown is; false: cannot be told. 无论未知为何均成立';
COMMENT ON COLUMN run_bounds.is_sharp IS 'Both ends of K and D are reached by some way the unknown could be; false: they may be wider than needed, never narrower. 上下界可达';

CREATE TABLE run_share_bounds (
    run_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, indicator VARCHAR NOT NULL, least DOUBLE, most DOUBLE,
    largest DOUBLE NOT NULL, unknown_country INTEGER NOT NULL, unknown_amount INTEGER NOT NULL, undecided INTEGER NOT NULL
);
COMMENT ON TABLE run_share_bounds IS 'Each share between the least and the most that unknown countries, amounts and statuses allow, and what is unknown. 占比的上下界';
COMMENT ON COLUMN run_share_bounds.run_id IS 'Run. 运行';
COMMENT ON COLUMN run_share_bounds.technology_id IS 'Technology. 技术';
COMMENT ON COLUMN run_share_bounds.indicator IS 'Indicator (warehouse/indicators.py). 指标';
COMMENT ON COLUMN run_share_bounds.least IS 'Least share; NULL: no denominator whatever the unknown is. 下界';
COMMENT ON COLUMN run_share_bounds.most IS 'Greatest share. 上界';
COMMENT ON COLUMN run_share_bounds.largest IS 'The amount that no unknown one is taken to exceed: the largest known of the technology (of the run where it knows none). 未知数量的上限假定';
COMMENT ON COLUMN run_share_bounds.unknown_country IS 'Families of unknown country. 国别未知的同族数';
COMMENT ON COLUMN run_share_bounds.unknown_amount IS 'Families whose amount is unknown. 数量未知的同族数';
COMMENT ON COLUMN run_share_bounds.undecided IS 'Families that screening could not decide about. 筛选无法判定的同族数';
