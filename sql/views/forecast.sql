-- name: forecast
-- grain: one row per run, technology and frame
CREATE OR REPLACE VIEW forecast AS
SELECT f.run_id, r.as_of, a.focal_country, a.screening, a.windows, f.technology_id, i.number, i.name_zh, i.name_en, f.frame, f.strategy,
       f.p_moves, f.towards, f.p_assault, f.p_disrupt, f.p_entrench, f.p_position, f.not_said_why,
       b.first_month, b.last_month, b.statements, b.moved, b.brier_forecast, b.brier_stays, b.brier_frequency, b.gain, b.gain_error, b.beats, r.data_label
FROM run_forecast AS f
JOIN run_backtests AS b ON b.run_id = f.run_id AND b.frame = f.frame
JOIN runs AS r ON r.run_id = f.run_id
LEFT JOIN applied_settings AS a ON a.run_id = f.run_id
LEFT JOIN edition_items AS i ON i.edition_id = r.edition_id AND i.technology_id = f.technology_id;
COMMENT ON VIEW forecast IS 'How likely each technology is in another quadrant in twelve months, with the back-test beside it (变动预测); bins of the back-test: run_backtest_bins.';
COMMENT ON COLUMN forecast.run_id IS 'Run of the record; without one, the last month of the backfill.';
COMMENT ON COLUMN forecast.as_of IS 'As-of date T: the twelve months begin here.';
COMMENT ON COLUMN forecast.focal_country IS 'Focal country.';
COMMENT ON COLUMN forecast.screening IS 'Screening policy.';
COMMENT ON COLUMN forecast.windows IS 'Windows: rolling, or fixed with its years.';
COMMENT ON COLUMN forecast.technology_id IS 'Technology.';
COMMENT ON COLUMN forecast.number IS 'Number in the paper''s Table 2.';
COMMENT ON COLUMN forecast.name_zh IS 'Chinese name.';
COMMENT ON COLUMN forecast.name_en IS 'English name.';
COMMENT ON COLUMN forecast.frame IS 'relative or anchored.';
COMMENT ON COLUMN forecast.strategy IS 'Strategy at T.';
COMMENT ON COLUMN forecast.p_moves IS 'Probability of another quadrant in twelve months; NULL: not_said_why.';
COMMENT ON COLUMN forecast.towards IS 'The likeliest other quadrant.';
COMMENT ON COLUMN forecast.p_assault IS 'Probability of assault in twelve months.';
COMMENT ON COLUMN forecast.p_disrupt IS 'Probability of disrupt.';
COMMENT ON COLUMN forecast.p_entrench IS 'Probability of entrench.';
COMMENT ON COLUMN forecast.p_position IS 'Probability of position.';
COMMENT ON COLUMN forecast.not_said_why IS 'Why no probability is given.';
COMMENT ON COLUMN forecast.first_month IS 'First month of the backfill tested on.';
COMMENT ON COLUMN forecast.last_month IS 'Its last month.';
COMMENT ON COLUMN forecast.statements IS 'Past statements tested.';
COMMENT ON COLUMN forecast.moved IS 'Share of them after which the technology had moved.';
COMMENT ON COLUMN forecast.brier_forecast IS 'Brier score of the forecast (0 best).';
COMMENT ON COLUMN forecast.brier_stays IS 'Brier score of "it stays where it is".';
COMMENT ON COLUMN forecast.brier_frequency IS 'Brier score of mere frequency.';
COMMENT ON COLUMN forecast.gain IS 'brier_stays less brier_forecast, mean over technologies.';
COMMENT ON COLUMN forecast.gain_error IS 'Its standard error between technologies.';
COMMENT ON COLUMN forecast.beats IS 'It beat "stays where it is": only then are probabilities given.';
COMMENT ON COLUMN forecast.data_label IS 'real, synthetic or mixed.';
