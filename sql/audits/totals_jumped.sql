-- name: totals_jumped
-- meaning: A source gave as many publications of a technology that were not known as it had given in all; it may answer another question.
-- blocking: no
WITH hits AS (
    SELECT h.source, h.technology_id, h.query_hash, count(*) FILTER (h.run_id < $run_id) AS known, count(*) FILTER (h.run_id = $run_id) AS added
    FROM source_hits AS h WHERE h.query_hash <> 'import' AND h.withdrawn_run IS NULL GROUP BY ALL
)
SELECT source, technology_id, known, added FROM hits WHERE known >= 50 AND added >= known
