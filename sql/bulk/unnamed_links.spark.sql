-- name: unnamed_links
-- engines: Spark
-- grain: pairs of unnamed publications with one token, where no named family has any of theirs; what they are joined by
-- needs: unnamed
WITH own AS (
    SELECT publication_number, priority_token AS token, 'priorities' AS basis FROM unnamed WHERE label IS NULL AND priority_token IS NOT NULL
    UNION ALL
    SELECT publication_number, application_token, 'application' FROM unnamed WHERE label IS NULL AND application_token IS NOT NULL
)
SELECT o.publication_number AS a, f.least AS b, o.basis
FROM own AS o JOIN (SELECT token, min(publication_number) AS least FROM own GROUP BY token) AS f ON f.token = o.token
WHERE o.publication_number <> f.least
