-- A reclassification is undone only where it lies after the first day of a run's earlier window; a counted prefix may rest on that.

COMMENT ON COLUMN families.main_subclass IS 'Main IPC subclass with every reclassification undone; a run undoes those after the first day of its earlier window.';
COMMENT ON COLUMN family_states.main_subclass IS 'Main IPC subclass with every reclassification undone; a run undoes those after the first day of its earlier window.';
COMMENT ON COLUMN run_families.main_subclass IS 'Main IPC subclass as the run counts it: a reclassification after the first day of the earlier window is undone.';
COMMENT ON COLUMN run_shift.reason IS 'Why it is not counted (reclassification), or that it counts only because codes are merged; NULL: new as stated and as mapped.';
