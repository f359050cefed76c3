-- A placement by other settings than the workspace's own is a what-if: it may carry a name to ask for it by.

ALTER TABLE runs ADD COLUMN label VARCHAR;
COMMENT ON COLUMN runs.label IS 'Name given to a what-if (`place --label`), to ask for it by; NULL: none. 假设情形的名称';
COMMENT ON COLUMN run_placements.origin IS 'live: the workspace''s own settings at its newest date, the record; adhoc: a what-if (other settings or an earlier date); backfill.';
