-- name: families_fell
-- meaning: A technology has lost more than a fifth of its publications since the run before under the same query: a data incident rather than news.
-- blocking: no
WITH before AS (
    SELECT technology_id, query_hash, families FROM run_placements WHERE frame = 'relative' AND origin = 'live'
    AND run_id = (SELECT max(run_id) FROM run_placements WHERE origin = 'live' AND run_id < $run_id)
), now AS (
    SELECT technology_id, query_hash, families FROM run_placements WHERE frame = 'relative' AND run_id = $run_id
), named AS (
    SELECT technology_id, string_agg(DISTINCT source, ', ' ORDER BY source) AS source FROM source_hits GROUP BY technology_id
)
SELECT s.source, n.technology_id, b.families AS before, n.families AS now FROM now AS n
JOIN before AS b ON b.technology_id = n.technology_id AND b.query_hash = n.query_hash
LEFT JOIN named AS s ON s.technology_id = n.technology_id
WHERE n.families < 0.8 * b.families
