-- A recordal from the inventor to the employer (US code AS) is no transfer unless a policy says so: kept apart from the other events.

ALTER TABLE family_states ADD COLUMN has_inventor_assignment BOOLEAN;
ALTER TABLE family_states ALTER COLUMN publication_states SET DATA TYPE STRUCT(
    published DATE, has_patent BOOLEAN, has_utility_model BOOLEAN, in_force BOOLEAN, has_legal_event BOOLEAN, has_inventor_assignment BOOLEAN
)[] USING list_transform(publication_states, lambda s: CASE WHEN s IS NOT NULL THEN struct_insert(s, has_inventor_assignment := NULL::BOOLEAN) END);
COMMENT ON COLUMN family_states.has_legal_event IS 'Litigation, invalidation request, pledge, licence or transfer by then; NULL unknown.';
COMMENT ON COLUMN family_states.has_inventor_assignment IS 'An assignment by inventors to their employer was recorded by then; NULL unknown. 发明人向雇主的转让登记';
COMMENT ON COLUMN family_states.publication_states IS 'What the screening asks of each publication of the family known by then; of those that say the same the earliest. NULL only between an upgrade and the first run, which fills it. 各公开文本的筛选状态';
COMMENT ON COLUMN source_records.legal_events IS 'Legal events; category litigation, invalidation, pledge, licence, assignment, inventor_assignment (to the employer), lapse, partial_lapse (in some states of a regional right), restoration, grant or other; NULL unknown, [] none.';
