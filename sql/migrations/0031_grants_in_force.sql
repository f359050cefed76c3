-- Granted patents in force, for the indicator of that name, which a workspace may switch on (place.indicators).

ALTER TABLE family_states ADD COLUMN grant_in_force BOOLEAN;
COMMENT ON COLUMN family_states.grant_in_force IS 'A patent of the family was granted and in force on that date; NULL unknown, also between an upgrade and the first run, which fills it. 有效发明专利';
ALTER TABLE run_families ADD COLUMN grant_in_force BOOLEAN;
COMMENT ON COLUMN run_families.grant_in_force IS 'A granted patent in force as of T; NULL unknown.';
COMMENT ON TABLE run_indicators IS 'The shares per technology and run (docs/methods.md, Capability), each with coverage.';
COMMENT ON COLUMN run_indicators.indicator IS 'applications, citations, claims, pct or grants: those that place.indicators names.';
COMMENT ON COLUMN run_weights.indicator IS 'An indicator of the run, or dynamics (range only).';
