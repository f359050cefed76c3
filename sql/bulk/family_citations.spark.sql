-- name: family_citations
-- engines: Spark (twin of marts/citations.sql and marts/family_citations.sql, for cited families of a topic alone)
-- grain: one row per pair of families, at the earliest citing date (docs/methods.md, Capability: once per citing family)
-- needs: current_records, family_of, topic_families, aliases, publications, pages
WITH topical AS (
    SELECT f.publication_number, f.family_key FROM family_of AS f JOIN topic_families AS t ON t.family_key = f.family_key
), stated AS (
    SELECT t.family_key, t.publication_number AS cited, b.citing, CAST(NULL AS DATE) AS stated_date, b.page_id
    FROM (SELECT publication_number AS citing, explode(cites) AS c, page_id FROM current_records) AS b
    LEFT JOIN aliases AS a ON a.stated = b.c.publication_number
    JOIN topical AS t ON t.publication_number = coalesce(a.publication_number, b.c.publication_number)
    UNION ALL
    SELECT t.family_key, f.cited, coalesce(a.publication_number, f.c.publication_number), f.c."date", f.page_id
    FROM (SELECT publication_number AS cited, explode(cited_by) AS c, page_id FROM current_records) AS f
    JOIN topical AS t ON t.publication_number = f.cited
    LEFT JOIN aliases AS a ON a.stated = f.c.publication_number
), pairs AS (
    SELECT s.family_key, s.cited, s.citing, min(s.stated_date) AS stated_date, min(d.service_date) AS received
    FROM stated AS s LEFT JOIN pages AS d ON d.page_id = s.page_id
    GROUP BY s.family_key, s.cited, s.citing
), citations AS (
    SELECT
        q.family_key AS cited_family_key, g.family_key AS citing_family_key, coalesce(p.publication_date, q.stated_date, q.received) AS citing_date,
        CASE WHEN coalesce(p.publication_date, q.stated_date) IS NOT NULL THEN 'publication' ELSE 'received' END AS date_basis
    FROM pairs AS q
    JOIN family_of AS g ON g.publication_number = q.citing
    LEFT JOIN publications AS p ON p.publication_number = q.citing
)
SELECT cited_family_key, citing_family_key, min(citing_date) AS cited_on, min_by(date_basis, struct(citing_date, date_basis)) AS date_basis
FROM citations
WHERE cited_family_key <> citing_family_key AND citing_date IS NOT NULL
GROUP BY cited_family_key, citing_family_key
