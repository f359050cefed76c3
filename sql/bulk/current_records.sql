-- name: current_records
-- grain: one row per source, part and publication: its last statement, unless that is that it was deleted
-- engines: both
-- needs: stated, latest_places
SELECT s.* FROM stated AS s
INNER JOIN latest_places AS l ON l.place = s.place
WHERE NOT s.is_withdrawn
