-- name: query_editions
-- grain: one row per edition of the list in which a technology's query began or changed
-- columns: edition, when it was made (UTC), hash and text of the query, status
-- reads: edition_items, editions
SELECT e.edition_id, e.name, e.created_at, i.status, i.query_hash, i.query
FROM edition_items AS i
JOIN editions AS e ON e.edition_id = i.edition_id
WHERE i.technology_id = $technology
QUALIFY i.query_hash IS DISTINCT FROM lag(i.query_hash) OVER (ORDER BY e.edition_id) OR row_number() OVER (ORDER BY e.edition_id) = 1
ORDER BY e.edition_id DESC
