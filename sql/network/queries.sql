-- name: queries
-- grain: one row per technology or topic of the newest lists and query; a category has its sub-topics' queries too
-- columns: technology_id, owner_id (whose query it is), query_hash (NULL: has none), name_zh, name_en, is_topic
SELECT i.technology_id, q.technology_id AS owner_id, q.query_hash, i.name_zh, i.name_en, e.kind = 'topics' AS is_topic
FROM edition_items AS i
INNER JOIN editions AS e ON e.edition_id = i.edition_id
INNER JOIN (SELECT n.kind, max(n.edition_id) AS edition_id FROM editions AS n GROUP BY n.kind) AS l ON l.edition_id = e.edition_id
LEFT JOIN edition_items AS q
    ON q.edition_id = i.edition_id AND (q.technology_id = i.technology_id OR q.parent_id = i.technology_id)
ORDER BY e.kind, i.number NULLS LAST, i.technology_id, q.technology_id
