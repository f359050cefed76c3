-- name: members
-- target: members
-- grain: one row per publication with a date: a family's members in order of publication (ties: authority, then number)
-- needs: publications, applicants, ipc, current_records, field_ranks
WITH first_applicant AS (
    SELECT publication_number, arg_min(country, "sequence") FILTER (WHERE "sequence" = 1) AS residence,
           arg_min("name", "sequence") AS name, arg_min(folded_name, "sequence") AS folded_name, arg_min(address, "sequence") AS address,
           CASE WHEN count(*) = count(country) THEN list(country ORDER BY "sequence") END AS countries
    FROM applicants GROUP BY publication_number
), priority AS (
    SELECT r.publication_number,
           arg_min(list_sort(list_filter(r.priorities, lambda p: p."date" IS NOT NULL AND p.number IS NOT NULL), 'ASC', 'NULLS LAST'), k.priorities) AS priorities
    FROM (
        SELECT publication_number, source, part, list_transform(priorities, lambda p: {'date': p."date", 'number': p.number}) AS priorities
        FROM current_records WHERE len(priorities) > 0
    ) AS r JOIN field_ranks AS k ON k.source = r.source AND k.part = r.part
    GROUP BY r.publication_number
), main AS (
    SELECT publication_number, subclass, mapped_subclass FROM ipc WHERE position = 1
)
SELECT p.family_key, p.publication_number,
       row_number() OVER (PARTITION BY p.family_key ORDER BY p.publication_date, p.country, p.number, p.kind NULLS FIRST)::INTEGER AS member_order,
       p.publication_date, p.country AS office, p.filing_date, coalesce(p.priority_date, p.filing_date) AS priority_date, split_part(y.priorities[1].number, '-', 1) AS priority_country,
       a.residence, a.countries, a.name AS applicant, a.folded_name AS applicant_folded, a.address AS applicant_address, m.subclass AS stated_subclass, m.mapped_subclass AS main_subclass,
       p.claim_count, p.is_pct, p.publication_type, p.legal_status, p.lapse_date, p.has_legal_event, p.title, p.title_zh, p.title_en, p.cited_by_known, p.is_synthetic
FROM publications AS p
LEFT JOIN first_applicant AS a ON a.publication_number = p.publication_number
LEFT JOIN priority AS y ON y.publication_number = p.publication_number
LEFT JOIN main AS m ON m.publication_number = p.publication_number
WHERE p.publication_date IS NOT NULL
