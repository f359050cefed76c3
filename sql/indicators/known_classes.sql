-- name: known_classes
-- grain: one row per IPC subclass in force at $as_of that a family of unknown class could have
-- columns: subclass (those that an edition only moved stand for where their subject was)
-- units: none, a list of codes
-- reads: ipc_subclasses
SELECT subclass
FROM ipc_subclasses
WHERE mapped_subclass = subclass AND began <= $as_of AND (ended IS NULL OR ended >= $as_of)
ORDER BY subclass
