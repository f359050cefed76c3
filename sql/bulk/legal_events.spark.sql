-- name: legal_events
-- engines: Spark (twin of marts/legal_events.sql, without what no narrow table has)
-- grain: one row per publication, day and category
-- needs: current_records, family_of
SELECT DISTINCT s.publication_number, f.family_key, s.e."date" AS event_date, s.e.category AS category
FROM (SELECT publication_number, explode(legal_events) AS e FROM current_records) AS s
JOIN family_of AS f ON f.publication_number = s.publication_number
