-- name: subclasses
-- grain: one row per member and IPC subclass of its publications up to $as_of
-- columns: family_key, subclass (mapped to one edition), stated_subclass
-- reads: network_members (family_key)
SELECT DISTINCT i.family_key, i.mapped_subclass AS subclass, i.subclass AS stated_subclass
FROM ipc AS i
INNER JOIN publications AS p ON p.publication_number = i.publication_number
WHERE p.publication_date <= $as_of
    AND length(i.mapped_subclass) = 4
    AND i.family_key IN (SELECT m.family_key FROM network_members AS m)
ORDER BY i.family_key, i.mapped_subclass, i.subclass
