-- Another quadrant in twelve months: what each run of the record foresees, and how good such statements were in the past.

CREATE TABLE run_backtests (
    run_id INTEGER NOT NULL, frame VARCHAR NOT NULL, backfill_run INTEGER NOT NULL, first_month DATE NOT NULL, last_month DATE NOT NULL, statements INTEGER NOT NULL,
    moved DOUBLE, brier_forecast DOUBLE, brier_stays DOUBLE, brier_frequency DOUBLE, gain DOUBLE, gain_error DOUBLE, beats BOOLEAN NOT NULL
);
COMMENT ON TABLE run_backtests IS 'How good the forecast was over every past month of the monthly backfill (docs/methods.md, Before it moves). 回测';
COMMENT ON COLUMN run_backtests.run_id IS 'Run that the forecast belongs to. 运行';
COMMENT ON COLUMN run_backtests.frame IS 'relative or anchored. 参照系';
COMMENT ON COLUMN run_backtests.backfill_run IS 'Run of the last month of the backfill it rests on; by the same settings. 所依据的回溯运行';
COMMENT ON COLUMN run_backtests.first_month IS 'First month of the backfill. 首月';
COMMENT ON COLUMN run_backtests.last_month IS 'Its last month. 末月';
COMMENT ON COLUMN run_backtests.statements IS 'Statements whose outcome is known; 0: the backfill is too short, it takes four years or so. 回测次数';
COMMENT ON COLUMN run_backtests.moved IS 'Share of them after which the technology was in another quadrant twelve months on. 实际变动比例';
COMMENT ON COLUMN run_backtests.brier_forecast IS 'Brier score of the forecast (0 best). 预测的布里尔分数';
COMMENT ON COLUMN run_backtests.brier_stays IS 'Brier score of "it stays where it is". “保持不变”的布里尔分数';
COMMENT ON COLUMN run_backtests.brier_frequency IS 'Brier score of mere frequency. 仅用频率的布里尔分数';
COMMENT ON COLUMN run_backtests.gain IS 'brier_stays less brier_forecast, mean over technologies. 改进';
COMMENT ON COLUMN run_backtests.gain_error IS 'Its standard error between technologies. 改进的标准误';
COMMENT ON COLUMN run_backtests.beats IS 'It beat "stays" by more than two standard errors, and mere frequency at all: probabilities are given. 优于“保持不变”';

CREATE TABLE run_backtest_bins (run_id INTEGER NOT NULL, frame VARCHAR NOT NULL, low DOUBLE NOT NULL, high DOUBLE NOT NULL, statements INTEGER NOT NULL, said DOUBLE NOT NULL, held DOUBLE NOT NULL);
COMMENT ON TABLE run_backtest_bins IS 'Calibration of the back-test: what was said and what held. 回测的校准';
COMMENT ON COLUMN run_backtest_bins.run_id IS 'Run that the forecast belongs to. 运行';
COMMENT ON COLUMN run_backtest_bins.frame IS 'relative or anchored. 参照系';
COMMENT ON COLUMN run_backtest_bins.low IS 'Statements of this probability or more. 下限';
COMMENT ON COLUMN run_backtest_bins.high IS 'And less than this. 上限';
COMMENT ON COLUMN run_backtest_bins.statements IS 'How many. 次数';
COMMENT ON COLUMN run_backtest_bins.said IS 'Their mean probability. 平均预测概率';
COMMENT ON COLUMN run_backtest_bins.held IS 'Share of them after which it had moved. 实际变动比例';

CREATE TABLE run_forecast (
    run_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, frame VARCHAR NOT NULL, strategy VARCHAR NOT NULL, p_moves DOUBLE, towards VARCHAR,
    p_assault DOUBLE, p_disrupt DOUBLE, p_entrench DOUBLE, p_position DOUBLE, not_said_why VARCHAR
);
COMMENT ON TABLE run_forecast IS 'Where each technology may be in twelve months, from the place of the run (docs/methods.md, Before it moves). 十二个月预测';
COMMENT ON COLUMN run_forecast.run_id IS 'Run. 运行';
COMMENT ON COLUMN run_forecast.technology_id IS 'Technology. 技术';
COMMENT ON COLUMN run_forecast.frame IS 'relative or anchored. 参照系';
COMMENT ON COLUMN run_forecast.strategy IS 'Where it is. 当前策略';
COMMENT ON COLUMN run_forecast.p_moves IS 'Probability of another quadrant in twelve months; NULL: not_said_why. 变动概率';
COMMENT ON COLUMN run_forecast.towards IS 'The likeliest other quadrant. 最可能的去向';
COMMENT ON COLUMN run_forecast.p_assault IS 'Probability of assault in twelve months. 攻坚的概率';
COMMENT ON COLUMN run_forecast.p_disrupt IS 'Of disrupt. 颠覆的概率';
COMMENT ON COLUMN run_forecast.p_entrench IS 'Of entrench. 挖壕的概率';
COMMENT ON COLUMN run_forecast.p_position IS 'Of position. 卡位的概率';
COMMENT ON COLUMN run_forecast.not_said_why IS 'Why no probability is given: does not beat staying, backfill too short, query changed since the backfill, too few moves known. 不给出概率的原因';
