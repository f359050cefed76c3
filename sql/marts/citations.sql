-- name: citations
-- target: citations
-- grain: one row per pair of publications; the citing record's own reference before a citing list
-- needs: current_records, family_of, page_dates, publications, aliases (temp: stated, publication_number)
WITH backward AS (
    SELECT publication_number AS citing, unnest(cites) AS c, source, page_id FROM current_records WHERE len(cites) > 0
), forward AS (
    SELECT publication_number AS cited, unnest(cited_by) AS c, source, page_id FROM current_records WHERE len(cited_by) > 0
), stated AS (
    SELECT coalesce(a.publication_number, b.c.publication_number) AS cited, b.citing, b.c.phase AS phase, b.c.category AS category, NULL::DATE AS stated_date, b.source, b.page_id, 1 AS preference
    FROM backward AS b LEFT JOIN aliases AS a ON a.stated = b.c.publication_number
    UNION ALL
    SELECT f.cited, coalesce(a.publication_number, f.c.publication_number), NULL, NULL, f.c."date", f.source, f.page_id, 2
    FROM forward AS f LEFT JOIN aliases AS a ON a.stated = f.c.publication_number
), pairs AS (
    SELECT s.cited, s.citing,
           arg_min(s.phase, (s.preference, s.source)) FILTER (WHERE s.phase IS NOT NULL) AS phase,
           arg_min(s.category, (s.preference, s.source)) FILTER (WHERE s.category IS NOT NULL) AS category,
           min(s.stated_date) AS stated_date, min(d.service_date) AS received, arg_min(s.source, (s.preference, s.source)) AS source
    FROM stated AS s LEFT JOIN page_dates AS d ON d.page_id = s.page_id
    GROUP BY s.cited, s.citing
)
SELECT q.cited AS cited_publication, q.citing AS citing_publication, fd.family_key AS cited_family_key, fg.family_key AS citing_family_key,
       coalesce(p.publication_date, q.stated_date, q.received) AS citing_date,
       CASE WHEN coalesce(p.publication_date, q.stated_date) IS NOT NULL THEN 'publication' ELSE 'received' END AS date_basis,
       q.phase, q.category, q.source
FROM pairs AS q
JOIN family_of AS fd ON fd.publication_number = q.cited
JOIN family_of AS fg ON fg.publication_number = q.citing
LEFT JOIN publications AS p ON p.publication_number = q.citing
