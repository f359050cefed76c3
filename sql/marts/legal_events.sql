-- name: legal_events
-- target: legal_events
-- grain: one row per distinct event of a publication
-- needs: current_records, family_of
WITH stated AS (
    SELECT publication_number, source, unnest(legal_events) AS e FROM current_records WHERE len(legal_events) > 0
)
SELECT s.publication_number, f.family_key, s.e."date" AS event_date, s.e.code AS code, s.e.category AS category, s.e.description AS description, min(s.source) AS source
FROM stated AS s JOIN family_of AS f ON f.publication_number = s.publication_number
GROUP BY ALL
