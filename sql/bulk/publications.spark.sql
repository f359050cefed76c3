-- name: publications
-- engines: Spark (twin of marts/publications.sql, without what no narrow table has)
-- grain: one row per publication
-- needs: current_records, field_ranks, family_of, sources
SELECT
    r.publication_number,
    max(r.authority) AS country,
    max(r.number) AS number,
    max(r.kind) AS kind,
    min_by(r.publication_type, k.publication_type) FILTER (WHERE r.publication_type IS NOT NULL) AS publication_type,
    min_by(r.publication_date, k.publication_date) FILTER (WHERE r.publication_date IS NOT NULL) AS publication_date,
    min_by(r.application_number, k.application_number) FILTER (WHERE r.application_number IS NOT NULL) AS application_number,
    min_by(r.filing_date, k.filing_date) FILTER (WHERE r.filing_date IS NOT NULL) AS filing_date,
    coalesce(
        min_by(r.priority_date, k.priorities) FILTER (WHERE r.priority_date IS NOT NULL),
        min_by(array_min(transform(r.priorities, p -> p."date")), k.priorities) FILTER (WHERE array_min(transform(r.priorities, p -> p."date")) IS NOT NULL)
    ) AS priority_date,
    min_by(get(filter(r.titles, t -> t.lang = 'zh'), 0)."text", k.titles) FILTER (WHERE get(filter(r.titles, t -> t.lang = 'zh'), 0)."text" IS NOT NULL) AS title_zh,
    min_by(get(filter(r.titles, t -> t.lang = 'en'), 0)."text", k.titles) FILTER (WHERE get(filter(r.titles, t -> t.lang = 'en'), 0)."text" IS NOT NULL) AS title_en,
    min_by(get(r.titles, 0)."text", k.titles) FILTER (WHERE get(r.titles, 0)."text" IS NOT NULL) AS any_title,
    min_by(r.claim_count, k.claim_count) FILTER (WHERE r.claim_count IS NOT NULL) AS claim_count,
    min_by(get(r.ipc, 0), k.ipc) FILTER (WHERE get(r.ipc, 0) IS NOT NULL) AS main_ipc,
    CASE WHEN max(r.authority) = 'WO' THEN true ELSE bool_or(r.is_pct) END AS is_pct,
    coalesce(bool_or(r.cited_by IS NOT NULL), false) AS cited_by_known,
    min_by(r.legal_status, k.legal_status) FILTER (WHERE r.legal_status IS NOT NULL) AS legal_status,
    min_by(r.lapse_date, k.legal_status) FILTER (WHERE r.lapse_date IS NOT NULL) AS lapse_date,
    bool_or(size(filter(r.legal_events, e -> e.category IN ('litigation', 'invalidation', 'pledge', 'licence', 'assignment'))) > 0)
        FILTER (WHERE r.legal_events IS NOT NULL) AS has_legal_event,
    max(f.family_key) AS family_key,
    coalesce(bool_or(s.is_synthetic), false) AS is_synthetic
FROM current_records AS r
JOIN field_ranks AS k ON k.source = r.source AND k.part = r.part
JOIN family_of AS f ON f.publication_number = r.publication_number
LEFT JOIN sources AS s ON s.source = r.source
GROUP BY r.publication_number
