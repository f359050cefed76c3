-- name: citations
-- target: citations
-- grain: one row per pair of publications; the citing record's own reference before a citing list, then the source first by name
-- why by node: grouping on integers costs half of grouping on numbers
-- needs: citing_records, citing_ends (temp: publication_number, node, family_key of every end), page_dates, publications,
--   aliases (temp: stated, publication_number)
WITH ends AS (
    SELECT publication_number AS stated, node FROM citing_ends
    UNION ALL SELECT a.stated, f.node FROM aliases AS a JOIN citing_ends AS f ON f.publication_number = a.publication_number
), places AS (
    SELECT source, row_number() OVER (ORDER BY source) AS place FROM (SELECT DISTINCT source FROM citing_records)
), backward AS (
    SELECT publication_number, unnest(cites) AS c, source, page_id FROM citing_records WHERE len(cites) > 0
), forward AS (
    SELECT publication_number, unnest(cited_by) AS c, source, page_id FROM citing_records WHERE len(cited_by) > 0
), stated AS (
    SELECT e.node AS cited, r.node AS citing, b.c.phase AS phase, b.c.category AS category, NULL::DATE AS stated_date, b.source, b.page_id, 0 AS after
    FROM backward AS b JOIN ends AS e ON e.stated = b.c.publication_number JOIN citing_ends AS r ON r.publication_number = b.publication_number
    UNION ALL
    SELECT r.node, e.node, NULL, NULL, f.c."date", f.source, f.page_id, 1000000
    FROM forward AS f JOIN ends AS e ON e.stated = f.c.publication_number JOIN citing_ends AS r ON r.publication_number = f.publication_number
), pairs AS (
    SELECT s.cited, s.citing, arg_min(s.phase, s.after + p.place) AS phase, arg_min(s.category, s.after + p.place) AS category,
           min(s.stated_date) AS stated_date, min(d.service_date) AS received, min(s.after + p.place) % 1000000 AS place
    FROM stated AS s JOIN places AS p ON p.source = s.source LEFT JOIN page_dates AS d ON d.page_id = s.page_id
    GROUP BY s.cited, s.citing
)
SELECT fd.publication_number AS cited_publication, fg.publication_number AS citing_publication, fd.family_key AS cited_family_key, fg.family_key AS citing_family_key,
       coalesce(p.publication_date, q.stated_date, q.received) AS citing_date,
       CASE WHEN coalesce(p.publication_date, q.stated_date) IS NOT NULL THEN 'publication' ELSE 'received' END AS date_basis,
       q.phase, q.category, l.source
FROM pairs AS q
JOIN places AS l ON l.place = q.place
JOIN citing_ends AS fd ON fd.node = q.cited
JOIN citing_ends AS fg ON fg.node = q.citing
LEFT JOIN publications AS p ON p.publication_number = fg.publication_number
