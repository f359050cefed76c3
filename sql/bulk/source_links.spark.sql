-- name: source_links
-- engines: Spark (twin of marts/source_links.sql)
-- grain: pairs of publications that a source puts into one simple family
-- needs: current_records
WITH ids AS (
    SELECT publication_number, source_family_id AS token FROM current_records WHERE source_family_id IS NOT NULL
)
SELECT i.publication_number AS a, t.least AS b
FROM ids AS i JOIN (SELECT token, min(publication_number) AS least FROM ids GROUP BY token) AS t ON t.token = i.token
UNION
SELECT publication_number, explode(family_members) FROM current_records
