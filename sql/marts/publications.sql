-- name: publications
-- target: publications
-- grain: one row per publication
-- needs: current_records (temp view), field_ranks (temp: source, part, one rank a field, unique), family_of (temp), page_dates (temp)
SELECT
    r.publication_number,
    any_value(r.authority) AS country,
    any_value(r.number) AS number,
    any_value(r.kind) AS kind,
    arg_min(r.publication_type, k.publication_type) FILTER (WHERE r.publication_type IS NOT NULL) AS publication_type,
    arg_min(r.publication_date, k.publication_date) FILTER (WHERE r.publication_date IS NOT NULL) AS publication_date,
    arg_min(r.application_number, k.application_number) FILTER (WHERE r.application_number IS NOT NULL) AS application_number,
    arg_min(r.filing_date, k.filing_date) FILTER (WHERE r.filing_date IS NOT NULL) AS filing_date,
    coalesce(
        arg_min(r.priority_date, k.priorities) FILTER (WHERE r.priority_date IS NOT NULL),
        arg_min(list_min(list_transform(r.priorities, lambda p: p."date")), k.priorities) FILTER (WHERE r.priorities IS NOT NULL)
    ) AS priority_date,
    arg_min(list_filter(r.titles, lambda t: t.lang = 'zh')[1]."text", k.titles) FILTER (WHERE len(list_filter(r.titles, lambda t: t.lang = 'zh')) > 0) AS title_zh,
    arg_min(list_filter(r.titles, lambda t: t.lang = 'en')[1]."text", k.titles) FILTER (WHERE len(list_filter(r.titles, lambda t: t.lang = 'en')) > 0) AS title_en,
    coalesce(title_zh, title_en, arg_min(r.titles[1]."text", k.titles) FILTER (WHERE len(r.titles) > 0)) AS title,
    coalesce(
        arg_min(list_filter(r.abstracts, lambda t: t.lang = 'en')[1]."text", k.abstracts) FILTER (WHERE len(list_filter(r.abstracts, lambda t: t.lang = 'en')) > 0),
        arg_min(r.abstracts[1]."text", k.abstracts) FILTER (WHERE len(r.abstracts) > 0)
    ) AS abstract,
    arg_min(r.claim_count, k.claim_count) FILTER (WHERE r.claim_count IS NOT NULL) AS claim_count,
    arg_min(r.ipc[1], k.ipc) FILTER (WHERE len(r.ipc) > 0) AS main_ipc,
    CASE WHEN any_value(r.authority) = 'WO' THEN true ELSE bool_or(r.is_pct) END AS is_pct,
    arg_min(r.citation_count, k.citation_count) FILTER (WHERE r.citation_count IS NOT NULL) AS citation_count,
    arg_min(r.citation_count_kind, k.citation_count) FILTER (WHERE r.citation_count IS NOT NULL) AS citation_count_kind,
    arg_min(r.source, k.citation_count) FILTER (WHERE r.citation_count IS NOT NULL) AS citation_count_source,
    arg_min(d.service_date, k.citation_count) FILTER (WHERE r.citation_count IS NOT NULL) AS citation_count_date,
    coalesce(bool_or(r.cited_by IS NOT NULL), false) AS cited_by_known,
    arg_min(r.legal_status, k.legal_status) FILTER (WHERE r.legal_status IS NOT NULL) AS legal_status,
    arg_min(r.lapse_date, k.legal_status) FILTER (WHERE r.lapse_date IS NOT NULL) AS lapse_date,
    bool_or(len(list_filter(r.legal_events, lambda e: e.category IN ('litigation', 'invalidation', 'pledge', 'licence', 'assignment'))) > 0) AS has_legal_event,
    any_value(f.family_key) AS family_key,
    any_value(f.family_id) AS family_id,
    list_sort(list_distinct(list(r.source))) AS sources,
    json_object(
        'publication_date', arg_min(r.source, k.publication_date) FILTER (WHERE r.publication_date IS NOT NULL),
        'application_number', arg_min(r.source, k.application_number) FILTER (WHERE r.application_number IS NOT NULL),
        'filing_date', arg_min(r.source, k.filing_date) FILTER (WHERE r.filing_date IS NOT NULL),
        'priority_date', arg_min(r.source, k.priorities) FILTER (WHERE r.priority_date IS NOT NULL OR r.priorities IS NOT NULL),
        'title', arg_min(r.source, k.titles) FILTER (WHERE len(r.titles) > 0),
        'abstract', arg_min(r.source, k.abstracts) FILTER (WHERE len(r.abstracts) > 0),
        'claim_count', arg_min(r.source, k.claim_count) FILTER (WHERE r.claim_count IS NOT NULL),
        'main_ipc', arg_min(r.source, k.ipc) FILTER (WHERE len(r.ipc) > 0),
        'is_pct', min(r.source) FILTER (WHERE r.is_pct IS NOT NULL),
        'citation_count', arg_min(r.source, k.citation_count) FILTER (WHERE r.citation_count IS NOT NULL),
        'cited_by', min(r.source) FILTER (WHERE r.cited_by IS NOT NULL),
        'legal_status', arg_min(r.source, k.legal_status) FILTER (WHERE r.legal_status IS NOT NULL),
        'legal_events', min(r.source) FILTER (WHERE r.legal_events IS NOT NULL),
        'applicants', arg_min(r.source, k.applicants) FILTER (WHERE len(r.applicants) > 0),
        'family', min(r.source) FILTER (WHERE r.source_family_id IS NOT NULL)
    ) AS field_source,
    coalesce(bool_or(s.is_synthetic), false) AS is_synthetic
FROM current_records AS r
JOIN field_ranks AS k ON k.source = r.source AND k.part = r.part
JOIN family_of AS f ON f.publication_number = r.publication_number
LEFT JOIN page_dates AS d ON d.page_id = r.page_id
LEFT JOIN sources AS s ON s.source = r.source
GROUP BY r.publication_number
ORDER BY r.publication_number
