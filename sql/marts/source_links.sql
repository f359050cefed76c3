-- name: source_links
-- target: temp table while the merged tables are rebuilt
-- grain: pairs of nodes that a source puts into one simple family
-- needs: current_records, nodes
WITH ids AS (
    SELECT publication_number, source_family_id AS token FROM current_records WHERE source_family_id IS NOT NULL
), lists AS (
    SELECT publication_number, unnest(family_members) AS other FROM current_records WHERE len(family_members) > 0
)
SELECT a.node AS a, t.least AS b FROM ids AS i JOIN nodes AS a ON a.publication_number = i.publication_number
JOIN (SELECT i.token, min(n.node) AS least FROM ids AS i JOIN nodes AS n ON n.publication_number = i.publication_number
      GROUP BY i.token) AS t ON t.token = i.token
UNION ALL
SELECT a.node, b.node FROM lists AS l JOIN nodes AS a ON a.publication_number = l.publication_number
JOIN nodes AS b ON b.publication_number = l.other
