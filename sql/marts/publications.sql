-- name: publications
-- target: publications
-- grain: one row per publication
-- why two ways: most publications have one current record, which needs no choosing; grouping them all costs 20 times as much
-- needs: current_records (temp view), several_records (temp: publications with more than one of them), field_ranks (temp: source, part,
--   one rank a field, unique), family_of (temp), page_dates (temp)
WITH stated AS (
    -- what each record says, as the merged row has it; NULL where it says nothing. arg_min skips NULL, so the best source that says it counts
    SELECT r.publication_number, r.source, r.part, r.authority AS country, r.number, r.kind, r.publication_type, r.publication_date,
           r.application_number, r.filing_date, r.priority_date,
           list_min(list_transform(r.priorities, lambda p: p."date")) AS least_priority,
           list_filter(r.titles, lambda t: t.lang = 'zh')[1]."text" AS title_zh,
           list_filter(r.titles, lambda t: t.lang = 'en')[1]."text" AS title_en,
           r.titles[1]."text" AS any_title,
           list_filter(r.abstracts, lambda t: t.lang = 'en')[1]."text" AS abstract_en,
           r.abstracts[1]."text" AS any_abstract,
           r.claim_count, r.ipc[1] AS main_ipc, r.is_pct, r.citation_count,
           CASE WHEN r.citation_count IS NOT NULL THEN r.citation_count_kind END AS citation_count_kind,
           CASE WHEN r.citation_count IS NOT NULL THEN d.service_date END AS citation_count_date,
           r.cited_by IS NOT NULL AS cited_by_known, r.legal_status, r.lapse_date,
           len(list_filter(r.legal_events, lambda e: e.category IN ('litigation', 'invalidation', 'pledge', 'licence', 'assignment'))) > 0 AS has_legal_event,
           CASE WHEN r.publication_date IS NOT NULL THEN r.source END AS published_by,
           CASE WHEN r.application_number IS NOT NULL THEN r.source END AS application_by,
           CASE WHEN r.filing_date IS NOT NULL THEN r.source END AS filed_by,
           CASE WHEN r.priority_date IS NOT NULL OR r.priorities IS NOT NULL THEN r.source END AS priority_by,
           CASE WHEN len(r.titles) > 0 THEN r.source END AS title_by,
           CASE WHEN len(r.abstracts) > 0 THEN r.source END AS abstract_by,
           CASE WHEN r.claim_count IS NOT NULL THEN r.source END AS claims_by,
           CASE WHEN len(r.ipc) > 0 THEN r.source END AS ipc_by,
           CASE WHEN r.is_pct IS NOT NULL THEN r.source END AS pct_by,
           CASE WHEN r.citation_count IS NOT NULL THEN r.source END AS citation_count_by,
           CASE WHEN r.cited_by IS NOT NULL THEN r.source END AS cited_by_by,
           CASE WHEN r.legal_status IS NOT NULL THEN r.source END AS status_by,
           CASE WHEN r.legal_events IS NOT NULL THEN r.source END AS events_by,
           CASE WHEN len(r.applicants) > 0 THEN r.source END AS applicants_by,
           CASE WHEN r.source_family_id IS NOT NULL THEN r.source END AS family_by,
           coalesce(s.is_synthetic, false) AS is_synthetic
    FROM current_records AS r
    LEFT JOIN page_dates AS d ON d.page_id = r.page_id
    LEFT JOIN sources AS s ON s.source = r.source
), chosen AS (
    SELECT t.* EXCLUDE (source, part), [t.source] AS sources
    FROM stated AS t ANTI JOIN several_records AS v ON v.publication_number = t.publication_number
    UNION ALL BY NAME
    SELECT t.publication_number, min(t.country) AS country, min(t.number) AS number, min(t.kind) AS kind,
           arg_min(t.publication_type, k.publication_type) AS publication_type,
           arg_min(t.publication_date, k.publication_date) AS publication_date,
           arg_min(t.application_number, k.application_number) AS application_number,
           arg_min(t.filing_date, k.filing_date) AS filing_date,
           arg_min(t.priority_date, k.priorities) AS priority_date, arg_min(t.least_priority, k.priorities) AS least_priority,
           arg_min(t.title_zh, k.titles) AS title_zh, arg_min(t.title_en, k.titles) AS title_en, arg_min(t.any_title, k.titles) AS any_title,
           arg_min(t.abstract_en, k.abstracts) AS abstract_en, arg_min(t.any_abstract, k.abstracts) AS any_abstract,
           arg_min(t.claim_count, k.claim_count) AS claim_count, arg_min(t.main_ipc, k.ipc) AS main_ipc, bool_or(t.is_pct) AS is_pct,
           arg_min(t.citation_count, k.citation_count) AS citation_count,
           arg_min(t.citation_count_kind, k.citation_count) AS citation_count_kind,
           arg_min(t.citation_count_date, k.citation_count) AS citation_count_date,
           bool_or(t.cited_by_known) AS cited_by_known,
           arg_min(t.legal_status, k.legal_status) AS legal_status, arg_min(t.lapse_date, k.legal_status) AS lapse_date,
           bool_or(t.has_legal_event) AS has_legal_event,
           arg_min(t.published_by, k.publication_date) AS published_by, arg_min(t.application_by, k.application_number) AS application_by,
           arg_min(t.filed_by, k.filing_date) AS filed_by, arg_min(t.priority_by, k.priorities) AS priority_by,
           arg_min(t.title_by, k.titles) AS title_by, arg_min(t.abstract_by, k.abstracts) AS abstract_by,
           arg_min(t.claims_by, k.claim_count) AS claims_by, arg_min(t.ipc_by, k.ipc) AS ipc_by, min(t.pct_by) AS pct_by,
           arg_min(t.citation_count_by, k.citation_count) AS citation_count_by, min(t.cited_by_by) AS cited_by_by,
           arg_min(t.status_by, k.legal_status) AS status_by, min(t.events_by) AS events_by,
           arg_min(t.applicants_by, k.applicants) AS applicants_by, min(t.family_by) AS family_by,
           bool_or(t.is_synthetic) AS is_synthetic, list_sort(list_distinct(list(t.source))) AS sources
    FROM stated AS t
    JOIN several_records AS v ON v.publication_number = t.publication_number
    JOIN field_ranks AS k ON k.source = t.source AND k.part = t.part
    GROUP BY t.publication_number
)
SELECT c.publication_number, c.country, c.number, c.kind, c.publication_type, c.publication_date, c.application_number, c.filing_date,
       coalesce(c.priority_date, c.least_priority) AS priority_date, c.title_zh, c.title_en, coalesce(c.title_zh, c.title_en, c.any_title) AS title,
       coalesce(c.abstract_en, c.any_abstract) AS abstract, c.claim_count, c.main_ipc, CASE WHEN c.country = 'WO' THEN true ELSE c.is_pct END AS is_pct,
       c.citation_count, c.citation_count_kind, c.citation_count_by AS citation_count_source, c.citation_count_date, c.cited_by_known,
       c.legal_status, c.lapse_date, c.has_legal_event, f.family_key, f.family_id, c.sources,
       json_object(
           'publication_date', c.published_by, 'application_number', c.application_by, 'filing_date', c.filed_by, 'priority_date', c.priority_by,
           'title', c.title_by, 'abstract', c.abstract_by, 'claim_count', c.claims_by, 'main_ipc', c.ipc_by, 'is_pct', c.pct_by,
           'citation_count', c.citation_count_by, 'cited_by', c.cited_by_by, 'legal_status', c.status_by, 'legal_events', c.events_by,
           'applicants', c.applicants_by, 'family', c.family_by
       ) AS field_source,
       c.is_synthetic
FROM chosen AS c
JOIN family_of AS f ON f.publication_number = c.publication_number
