-- name: documents
-- grain: one row per publication at hand, with every text that any source states of it, and its family
-- columns: titles, abstracts, claims, ipc, cpc, applicants (lists; NULL unknown), publication_date, filing_date
-- reads: source_records, publications
SELECT
    t.publication_number,
    p.family_key,
    t.titles,
    t.abstracts,
    t.claims,
    t.ipc,
    t.cpc,
    t.applicants,
    p.publication_date,
    p.filing_date
FROM (
    SELECT
        r.publication_number,
        flatten(list(list_transform(r.titles, lambda t: t."text") ORDER BY r.source, r.part) FILTER (WHERE r.titles IS NOT NULL)) AS titles,
        flatten(list(list_transform(r.abstracts, lambda t: t."text") ORDER BY r.source, r.part) FILTER (WHERE r.abstracts IS NOT NULL)) AS abstracts,
        list(r.claims_text ORDER BY r.source, r.part) FILTER (WHERE r.claims_text IS NOT NULL) AS claims,
        flatten(list(r.ipc ORDER BY r.source, r.part) FILTER (WHERE r.ipc IS NOT NULL)) AS ipc,
        flatten(list(r.cpc ORDER BY r.source, r.part) FILTER (WHERE r.cpc IS NOT NULL)) AS cpc,
        flatten(list(list_filter(list_transform(r.applicants, lambda a: a."name"), lambda x: x <> '') ORDER BY r.source, r.part)
            FILTER (WHERE r.applicants IS NOT NULL)) AS applicants
    FROM source_records AS r
    WHERE r.valid_to IS NULL AND ($numbers IS NULL OR list_contains($numbers, r.publication_number))
    GROUP BY r.publication_number
) AS t
INNER JOIN publications AS p ON p.publication_number = t.publication_number
ORDER BY t.publication_number
