-- name: class_births
-- grain: one row per IPC subclass that an edition made after the first
-- columns: subclass, began (first day of the edition that made it)
-- units: calendar dates
-- reads: ipc_subclasses
SELECT
    subclass,
    began
FROM ipc_subclasses
WHERE began > DATE '1968-09-01'
