-- name: family_of
-- target: temp table while the merged tables are rebuilt
-- grain: every number with its family
-- needs: nodes, components (temp: node, label), family_names, family_keys (temp)
SELECT n.publication_number, n.node, n.is_harvested, n.is_listed, k.family_key, f.family_id, f.basis
FROM nodes AS n
JOIN components AS c ON c.node = n.node
JOIN family_names AS f ON f.label = c.label
JOIN family_keys AS k ON k.label = c.label
