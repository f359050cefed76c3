-- name: citing_records
-- grain: one row per publication of Google's table in a family of a topic: a record of part 'citing', the complete list of who cites it there
-- engines: Spark (citing_records.duckdb.sql is its twin)
-- when: the files are the whole table; a count from a part of it would be too low and look like a count
-- needs: current_records, topic_families, family_of, pages
WITH cited AS (
    SELECT DISTINCT r.publication_number, r.authority, r.number, r.kind
    FROM current_records AS r
    INNER JOIN family_of AS f ON f.publication_number = r.publication_number
    INNER JOIN topic_families AS t ON t.family_key = f.family_key
    WHERE r.source = 'google_publications' AND r.part = 'biblio'
), ends AS (
    SELECT DISTINCT e.citing, e.publication_date, e.c.publication_number AS cited
    FROM (
        SELECT publication_number AS citing, publication_date, explode(cites) AS c
        FROM current_records WHERE source = 'google_publications' AND part = 'biblio'
    ) AS e
), lists AS (
    SELECT cited, collect_list(named_struct('publication_number', citing, 'date', publication_date)) AS cited_by, CAST(count(*) AS INT) AS citation_count FROM ends GROUP BY cited
)
SELECT
    'google_publications' AS source, 'citing' AS part, (SELECT max(page_id) FROM pages WHERE source = 'google_publications') AS page_id, 0 AS row_no,
    c.publication_number, c.authority, c.number, c.kind, CASE WHEN l.cited IS NOT NULL THEN l.cited_by ELSE array() END AS cited_by,
    coalesce(l.citation_count, 0) AS citation_count, 'publication' AS citation_count_kind
FROM cited AS c LEFT JOIN lists AS l ON l.cited = c.publication_number
