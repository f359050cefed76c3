-- name: hit_documents
-- grain: one row per technology, query and publication a source returned for it, with every text at hand
-- needs: current_records, source_hits, publications
WITH wanted AS (
    SELECT DISTINCT technology_id, query_hash, publication_number FROM source_hits
    WHERE withdrawn_run IS NULL AND query_hash <> 'import'
), texts AS (
    SELECT r.publication_number,
           flatten(list(list_transform(r.titles, lambda t: t."text") ORDER BY r.source, r.part) FILTER (WHERE r.titles IS NOT NULL)) AS titles,
           flatten(list(list_transform(r.abstracts, lambda t: t."text") ORDER BY r.source, r.part) FILTER (WHERE r.abstracts IS NOT NULL)) AS abstracts,
           list(r.claims_text ORDER BY r.source, r.part) FILTER (WHERE r.claims_text IS NOT NULL) AS claims,
           flatten(list(r.ipc ORDER BY r.source, r.part) FILTER (WHERE r.ipc IS NOT NULL)) AS ipc,
           flatten(list(r.cpc ORDER BY r.source, r.part) FILTER (WHERE r.cpc IS NOT NULL)) AS cpc,
           flatten(list(list_filter(list_transform(r.applicants, lambda a: a."name"), lambda x: x <> '') ORDER BY r.source, r.part) FILTER (WHERE r.applicants IS NOT NULL)) AS applicants
    FROM current_records AS r
    WHERE r.publication_number IN (SELECT publication_number FROM wanted)
    GROUP BY r.publication_number
)
SELECT w.technology_id, w.query_hash, w.publication_number, t.titles, t.abstracts, t.claims, t.ipc, t.cpc, t.applicants, p.publication_date, p.filing_date
FROM wanted AS w
JOIN texts AS t ON t.publication_number = w.publication_number
JOIN publications AS p ON p.publication_number = w.publication_number
ORDER BY w.query_hash, w.publication_number, w.technology_id
