-- name: components
-- engines: Spark
-- grain: every number with the least number of its family
-- needs: nodes, named_components, unnamed, unnamed_components, unnamed_links
SELECT
    n.publication_number, n.is_harvested, coalesce(c.label, u.label, o.label, n.publication_number) AS label,
    CASE WHEN c.label IS NOT NULL THEN 0 WHEN l.basis = 'priorities' THEN 1 WHEN l.basis = 'application' THEN 2 ELSE 3 END AS basis
FROM nodes AS n
LEFT JOIN named_components AS c ON c.node = n.publication_number
LEFT JOIN unnamed AS u ON u.publication_number = n.publication_number
LEFT JOIN unnamed_components AS o ON o.node = n.publication_number
LEFT JOIN (SELECT a, max(basis) AS basis FROM unnamed_links GROUP BY a) AS l ON l.a = n.publication_number
