-- name: share_out_of_range
-- meaning: A share of this run lies outside 0..1, or its numerator exceeds its denominator.
-- blocking: yes
SELECT technology_id, indicator, value, numerator, denominator FROM run_indicators
WHERE run_id = $run_id AND (value < 0 OR value > 1 OR isnan(value) OR numerator > denominator OR coverage < 0 OR coverage > 1 OR known_families > families)
