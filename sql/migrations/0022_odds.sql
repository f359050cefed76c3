-- Odds are no longer counts over resampled families.

COMMENT ON TABLE run_certainty IS '90 % intervals of K and D and quadrant probabilities (docs/methods.md, How sure).';
COMMENT ON COLUMN run_certainty.capability_low IS 'Lower end of the 90 % interval of K.';
COMMENT ON COLUMN run_certainty.capability_high IS 'Upper end of the 90 % interval of K.';
COMMENT ON COLUMN run_certainty.dynamics_low IS 'Lower end of the 90 % interval of D.';
COMMENT ON COLUMN run_certainty.dynamics_high IS 'Upper end of the 90 % interval of D.';
