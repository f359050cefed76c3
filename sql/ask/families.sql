-- name: families
-- grain: one row per family that belonged to a technology at the date of a run, kept by the screening or not
-- columns: titles, first applicant, country and the step that settled it, dates, IPC, claims, citations, PCT, legal state,
--   the facts that the screening judges, and the landed page and row of the representative publication
-- reads: run_families, runs, family_memberships, families, family_states, publications, source_records, pages
SELECT
    m.family_id,
    r.family_key IS NOT NULL AS is_kept,
    f.representative,
    p.application_number,
    f.title_zh,
    f.title_en,
    f.title,
    f.first_applicant,
    r.country,
    r.country_method,
    r.focal_weight,
    s.priority_date,
    s.filing_date,
    f.first_publication_date,
    m.member_from,
    coalesce(r.main_subclass, s.main_subclass) AS main_subclass,
    p.main_ipc,
    coalesce(r.claim_count, s.claim_count) AS claim_count,
    coalesce(r.forward_citations, c.forward_citations, 0) AS forward_citations,
    coalesce(r.is_pct, s.is_pct) AS is_pct,
    coalesce(r.grant_in_force, s.grant_in_force) AS grant_in_force,
    p.legal_status,
    f.members,
    s.has_patent,
    s.has_utility_model,
    s.in_force,
    s.has_legal_event,
    s.has_inventor_assignment,
    s.publication_states,
    d.source,
    d.page_id,
    d.row_no,
    d.path AS landed_file,
    f.is_synthetic
FROM (
    SELECT fm.family_key, f.family_id, min(fm.member_from) AS member_from
    FROM family_memberships AS fm
    INNER JOIN families AS f ON f.family_key = fm.family_key
    INNER JOIN run_placements AS rp
        ON rp.run_id = $run AND rp.technology_id = $technology AND rp.query_hash = fm.query_hash
    WHERE fm.technology_id = $technology AND fm.member_from <= $as_of
    GROUP BY ALL
) AS m
INNER JOIN families AS f ON f.family_key = m.family_key
INNER JOIN family_states AS s ON s.family_key = m.family_key AND s.valid_from <= $as_of AND s.valid_to > $as_of
LEFT JOIN run_families AS r ON r.run_id = $run AND r.technology_id = $technology AND r.family_id = m.family_id
LEFT JOIN publications AS p ON p.publication_number = f.representative
LEFT JOIN (
    SELECT cited_family_key, count(*) AS forward_citations
    FROM family_citations
    WHERE cited_on <= $as_of
    GROUP BY ALL
) AS c ON c.cited_family_key = m.family_key
LEFT JOIN (
    SELECT sr.publication_number, sr.source, sr.page_id, sr.row_no, g.path
    FROM source_records AS sr
    LEFT JOIN pages AS g ON g.page_id = sr.page_id
    WHERE sr.valid_to IS NULL
    QUALIFY row_number() OVER (PARTITION BY sr.publication_number ORDER BY sr.part, sr.source) = 1
) AS d ON d.publication_number = f.representative
ORDER BY m.member_from DESC, m.family_id
