-- name: review_overlap
-- grain: one row per ordered pair of technologies of $run_id that share families
-- columns: technology_id, other_id, shared (families in both), families (of technology_id)
-- units: families after screening
-- reads: run_families
SELECT a.technology_id, b.technology_id AS other_id, count(*) AS shared, max(n.families) AS families
FROM run_families AS a
INNER JOIN run_families AS b ON b.run_id = a.run_id AND b.family_key = a.family_key AND b.technology_id <> a.technology_id
INNER JOIN (
    SELECT technology_id, count(*) AS families FROM run_families WHERE run_id = $run_id GROUP BY technology_id
) AS n ON n.technology_id = a.technology_id
WHERE a.run_id = $run_id
GROUP BY a.technology_id, b.technology_id
