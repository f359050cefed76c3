-- name: hit_documents
-- engines: Spark (twin of marts/hit_documents.sql)
-- grain: one row per technology, query and publication that is a hit, with every text at hand
-- needs: current_records, source_hits, publications
WITH wanted AS (
    SELECT DISTINCT technology_id, query_hash, publication_number FROM source_hits WHERE query_hash <> 'import'
), texts AS (
    SELECT
        r.publication_number,
        flatten(transform(array_sort(collect_list(struct(r.source, r.part, transform(r.titles, t -> t."text") AS v)) FILTER (WHERE r.titles IS NOT NULL)), x -> x.v)) AS titles,
        flatten(transform(array_sort(collect_list(struct(r.source, r.part, transform(r.abstracts, t -> t."text") AS v)) FILTER (WHERE r.abstracts IS NOT NULL)), x -> x.v)) AS abstracts,
        transform(array_sort(collect_list(struct(r.source, r.part, r.claims_text AS v)) FILTER (WHERE r.claims_text IS NOT NULL)), x -> x.v) AS claims,
        flatten(transform(array_sort(collect_list(struct(r.source, r.part, r.ipc AS v)) FILTER (WHERE r.ipc IS NOT NULL)), x -> x.v)) AS ipc,
        flatten(transform(array_sort(collect_list(struct(r.source, r.part, r.cpc AS v)) FILTER (WHERE r.cpc IS NOT NULL)), x -> x.v)) AS cpc,
        flatten(transform(array_sort(collect_list(struct(r.source, r.part, filter(transform(r.applicants, a -> a."name"), x -> x <> '') AS v)) FILTER (WHERE r.applicants IS NOT NULL)), x -> x.v)) AS applicants,
        bool_or(r.titles IS NOT NULL) AS has_titles, bool_or(r.abstracts IS NOT NULL) AS has_abstracts, bool_or(r.claims_text IS NOT NULL) AS has_claims,
        bool_or(r.ipc IS NOT NULL) AS has_ipc, bool_or(r.cpc IS NOT NULL) AS has_cpc, bool_or(r.applicants IS NOT NULL) AS has_applicants
    FROM current_records AS r
    LEFT SEMI JOIN wanted AS w ON w.publication_number = r.publication_number
    GROUP BY r.publication_number
)
SELECT
    w.technology_id, w.query_hash, w.publication_number,
    CASE WHEN t.has_titles THEN t.titles END AS titles, CASE WHEN t.has_abstracts THEN t.abstracts END AS abstracts, CASE WHEN t.has_claims THEN t.claims END AS claims,
    CASE WHEN t.has_ipc THEN t.ipc END AS ipc, CASE WHEN t.has_cpc THEN t.cpc END AS cpc, CASE WHEN t.has_applicants THEN t.applicants END AS applicants,
    p.publication_date, p.filing_date
FROM wanted AS w
JOIN texts AS t ON t.publication_number = w.publication_number
JOIN publications AS p ON p.publication_number = w.publication_number
