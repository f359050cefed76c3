-- Comments that named a document outside the repository now name a heading of docs/methods.md.

COMMENT ON COLUMN ipc.mapped_subclass IS 'Subclass mapped to one IPC edition (H10 back to H01L and the like), docs/methods.md, Dynamics.';
COMMENT ON TABLE family_memberships IS 'Families of each technology: a family belongs from the first publication that satisfies the query (docs/methods.md, Counting).';
COMMENT ON TABLE family_citations IS 'Family-to-family citations, once per citing family, at the earliest citing date; citations within a family are left out (docs/methods.md, Capability).';
COMMENT ON TABLE run_indicators IS 'The four shares per technology and run (docs/methods.md, Capability), each with coverage.';
COMMENT ON TABLE run_shift IS 'Each new IPC prefix at each level (docs/methods.md, Dynamics).';
COMMENT ON TABLE run_placements IS 'Where each technology stands: one row per run, technology and frame (docs/methods.md, Strategy matrix).';
COMMENT ON TABLE run_certainty IS 'Poisson bootstrap over families: 90 % intervals and quadrant probabilities (docs/methods.md, How sure).';
COMMENT ON TABLE run_attributions IS 'Exact Shapley parts of the change of (K, D) between two runs; parts add up to the change (docs/methods.md, Why it moved).';
COMMENT ON TABLE family_provinces IS 'Province of the first applicant of each family of the topic search, with the rule that settled it (docs/methods.md, Provinces); rebuilt by every load.';
COMMENT ON COLUMN province_conditions.is_derived IS 'True when the program computed it from other rows (docs/methods.md, Provinces).';
COMMENT ON TABLE run_provinces IS 'One row per run of the provincial study (docs/methods.md, Provinces).';
COMMENT ON COLUMN run_province_nca.is_necessary IS 'd and p pass the cut-offs (docs/methods.md, Provinces: 0.1 and 0.05); NULL undecided.';
COMMENT ON COLUMN run_province_necessity.is_necessary IS 'Consistency above the cut-off (docs/methods.md, Provinces: 0.9); NULL undefined.';
COMMENT ON TABLE run_province_panel IS 'Consistency and coverage of each condition (necessity) and of each path of the pooled solution (sufficiency): pooled, by year, by province (docs/methods.md, Provinces).';
