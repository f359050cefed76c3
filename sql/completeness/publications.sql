-- name: publications
-- grain: one row per source and publication that the source describes (part biblio), with the fields any part of it has
-- columns: source, publication_number, office, publication_date, twelve flags
-- reads: source_records (current rows)
SELECT
    r.source,
    r.publication_number,
    min(r.authority) AS office,
    min(r.publication_date) AS publication_date,
    coalesce(bool_or(len(r.titles) > 0), false) AS title,
    coalesce(bool_or(len(r.abstracts) > 0), false) AS abstract,
    bool_or(r.claim_count IS NOT NULL) AS claims,
    coalesce(bool_or(len(r.ipc) > 0), false) AS ipc,
    bool_or(r.filing_date IS NOT NULL) AS filing_date,
    coalesce(bool_or(len(r.priorities) > 0 OR r.priority_date IS NOT NULL OR r.priority_country IS NOT NULL), false) AS priority,
    bool_or(r.source_family_id IS NOT NULL OR r.family_members IS NOT NULL) AS family,
    coalesce(bool_or(len(r.applicants) > 0), false) AS applicant,
    coalesce(bool_or(len(list_filter(r.applicants, lambda a: a.country IS NOT NULL)) > 0), false) AS country,
    bool_or(r.cited_by IS NOT NULL OR r.citation_count IS NOT NULL) AS citations,
    bool_or(r.legal_status IS NOT NULL OR r.legal_events IS NOT NULL) AS status,
    bool_or(r.is_pct IS NOT NULL OR r.authority = 'WO') AS pct
FROM source_records AS r
WHERE r.valid_to IS NULL
GROUP BY r.source, r.publication_number
HAVING bool_or(r.part = 'biblio')
