-- name: hit_documents
-- grain: one row per technology, query and publication a source returned for it, with every text at hand
-- why two ways: see publications
-- needs: current_records, several_records, source_hits, publications
WITH wanted AS (
    SELECT DISTINCT technology_id, query_hash, publication_number FROM source_hits
    WHERE withdrawn_run IS NULL AND query_hash <> 'import' AND publication_number IN (SELECT publication_number FROM current_records)
), stated AS (
    SELECT r.publication_number, r.source, r.part, list_transform(r.titles, lambda t: t."text") AS titles,
           list_transform(r.abstracts, lambda t: t."text") AS abstracts, CASE WHEN r.claims_text IS NOT NULL THEN [r.claims_text] END AS claims, r.ipc, r.cpc,
           list_filter(list_transform(r.applicants, lambda a: a."name"), lambda x: x <> '') AS applicants
    FROM current_records AS r SEMI JOIN wanted AS w ON w.publication_number = r.publication_number
), texts AS (
    SELECT s.* EXCLUDE (source, part) FROM stated AS s ANTI JOIN several_records AS v ON v.publication_number = s.publication_number
    UNION ALL BY NAME
    SELECT s.publication_number,
           flatten(list(s.titles ORDER BY s.source, s.part) FILTER (WHERE s.titles IS NOT NULL)) AS titles,
           flatten(list(s.abstracts ORDER BY s.source, s.part) FILTER (WHERE s.abstracts IS NOT NULL)) AS abstracts,
           flatten(list(s.claims ORDER BY s.source, s.part) FILTER (WHERE s.claims IS NOT NULL)) AS claims,
           flatten(list(s.ipc ORDER BY s.source, s.part) FILTER (WHERE s.ipc IS NOT NULL)) AS ipc,
           flatten(list(s.cpc ORDER BY s.source, s.part) FILTER (WHERE s.cpc IS NOT NULL)) AS cpc,
           flatten(list(s.applicants ORDER BY s.source, s.part) FILTER (WHERE s.applicants IS NOT NULL)) AS applicants
    FROM stated AS s JOIN several_records AS v ON v.publication_number = s.publication_number
    GROUP BY s.publication_number
)
SELECT w.technology_id, w.query_hash, w.publication_number, t.titles, t.abstracts, t.claims, t.ipc, t.cpc, t.applicants, p.publication_date, p.filing_date
FROM wanted AS w
JOIN texts AS t ON t.publication_number = w.publication_number
JOIN publications AS p ON p.publication_number = w.publication_number
ORDER BY w.query_hash, w.publication_number, w.technology_id
