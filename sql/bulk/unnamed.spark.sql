-- name: unnamed
-- engines: Spark (with unnamed_links and family_of the twin of what etl.load.merged.families does in numpy)
-- grain: one row per publication that no source puts into a family: its tokens, and the family the sources name that it attaches to
-- needs: family_tokens, named_components (node, label of what the sources link)
WITH anchors AS (
    SELECT token, min(label) AS label
    FROM (
        SELECT t.priority_token AS token, c.label FROM family_tokens AS t JOIN named_components AS c ON c.node = t.publication_number
        UNION ALL
        SELECT t.application_token, c.label FROM family_tokens AS t JOIN named_components AS c ON c.node = t.publication_number
    )
    WHERE token IS NOT NULL GROUP BY token
)
SELECT t.publication_number, t.priority_token, t.application_token, coalesce(p.label, a.label) AS label
FROM family_tokens AS t
LEFT ANTI JOIN named_components AS c ON c.node = t.publication_number
LEFT JOIN anchors AS p ON p.token = t.priority_token
LEFT JOIN anchors AS a ON a.token = t.application_token
