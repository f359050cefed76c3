-- name: fields_emptied
-- meaning: Records that came again in this run have lost a field in large part; the service or its format may have changed.
-- blocking: no
WITH pairs AS (
    SELECT n.source, o.publication_date AS d1, n.publication_date AS d2, o.filing_date AS f1, n.filing_date AS f2, o.ipc AS i1, n.ipc AS i2,
           o.applicants AS a1, n.applicants AS a2, o.titles AS t1, n.titles AS t2, o.cited_by AS c1, n.cited_by AS c2,
           o.claim_count AS m1, n.claim_count AS m2, o.source_family_id AS s1, n.source_family_id AS s2
    FROM source_records AS n
    JOIN source_records AS o
        ON o.source = n.source AND o.part = n.part AND o.publication_number = n.publication_number AND o.run_id < n.run_id
    WHERE n.run_id = $run_id AND n.part = 'biblio' AND n.valid_to IS NULL
    QUALIFY row_number() OVER (PARTITION BY n.source, n.publication_number ORDER BY o.run_id DESC) = 1
), counted AS (
    SELECT source, 'publication_date' AS field, count(d1) AS stated, count(d1) FILTER (d2 IS NULL) AS emptied FROM pairs GROUP BY source
    UNION ALL SELECT source, 'filing_date', count(f1), count(f1) FILTER (f2 IS NULL) FROM pairs GROUP BY source
    UNION ALL SELECT source, 'ipc', count(i1), count(i1) FILTER (i2 IS NULL) FROM pairs GROUP BY source
    UNION ALL SELECT source, 'applicants', count(a1), count(a1) FILTER (a2 IS NULL) FROM pairs GROUP BY source
    UNION ALL SELECT source, 'titles', count(t1), count(t1) FILTER (t2 IS NULL) FROM pairs GROUP BY source
    UNION ALL SELECT source, 'cited_by', count(c1), count(c1) FILTER (c2 IS NULL) FROM pairs GROUP BY source
    UNION ALL SELECT source, 'claim_count', count(m1), count(m1) FILTER (m2 IS NULL) FROM pairs GROUP BY source
    UNION ALL SELECT source, 'source_family_id', count(s1), count(s1) FILTER (s2 IS NULL) FROM pairs GROUP BY source
)
SELECT source, field, stated, emptied FROM counted WHERE stated >= 10 AND emptied * 2 >= stated
