-- name: family_keys
-- target: temp table while the merged tables are rebuilt
-- grain: one row per family with its key: the one it has, else the next number. When a family splits, the part with most of its harvested
--   publications keeps the key (then most numbers, then the least number); when families join, the least key of a harvested one goes on
-- needs: nodes, components (temp: node, label), family_names (temp), family_numbers, variable last_family_key (the highest ever given)
WITH parts AS (
    SELECT o.family_key, c.label, count(*) FILTER (WHERE o.is_harvested) AS harvested, count(*) AS numbers, min(n.publication_number) AS least
    FROM family_numbers AS o
    JOIN nodes AS n ON n.publication_number = o.publication_number
    JOIN components AS c ON c.node = n.node
    GROUP BY o.family_key, c.label
), split AS (
    SELECT family_key FROM parts GROUP BY family_key HAVING count(*) > 1
), heirs AS (
    SELECT p.family_key, p.label, p.harvested FROM parts AS p ANTI JOIN split AS s ON s.family_key = p.family_key
    UNION ALL
    SELECT p.family_key, arg_min(p.label, (-p.harvested, -p.numbers, p.least)), max(p.harvested)
    FROM parts AS p SEMI JOIN split AS s ON s.family_key = p.family_key
    GROUP BY p.family_key
), kept AS (
    SELECT label, coalesce(min(family_key) FILTER (WHERE harvested > 0), min(family_key)) AS family_key FROM heirs GROUP BY label
)
SELECT n.label, coalesce(k.family_key, getvariable('last_family_key') + f.place)::INTEGER AS family_key
FROM family_names AS n
LEFT JOIN kept AS k ON k.label = n.label
LEFT JOIN (
    SELECT label, row_number() OVER (ORDER BY family_id, label) AS place FROM family_names AS x ANTI JOIN kept AS y ON y.label = x.label
) AS f ON f.label = n.label
