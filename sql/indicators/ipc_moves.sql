-- name: ipc_moves
-- grain: one row per IPC subclass that an edition made by moving an existing one (docs/methods.md, Dynamics)
-- columns: subclass, began (first day of the edition that made it)
-- units: calendar dates
-- reads: ipc_subclasses
SELECT
    subclass,
    began
FROM ipc_subclasses
WHERE mapped_subclass <> subclass
