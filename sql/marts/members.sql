-- name: members
-- target: members
-- grain: one row per publication with a date: a family's members in order of publication (ties: authority, then number)
-- needs: publications, applicants, ipc, current_records, field_ranks, variable no_country (codes of offices that are no country)
WITH first_applicant AS (
    SELECT publication_number, arg_min(country, "sequence") FILTER (WHERE "sequence" = 1) AS residence,
           arg_min("name", "sequence") AS name, arg_min(folded_name, "sequence") AS folded_name, arg_min(address, "sequence") AS address,
           CASE WHEN count(*) = count(country) THEN list(country ORDER BY "sequence") END AS countries
    FROM applicants GROUP BY publication_number
), priority AS (
    -- the earliest dated priority that names a country, else the country a column names, else the one all undated numbers name;
    -- XX (ST.3: unknown) where only offices that are no country are named: the first filing was not at the publishing office
    SELECT r.publication_number,
           coalesce(arg_min(r.dated, k.priorities) FILTER (WHERE r.dated IS NOT NULL), arg_min(r.stated, k.priorities) FILTER (WHERE r.stated IS NOT NULL),
                    arg_min(r.only, k.priorities) FILTER (WHERE r.only IS NOT NULL), 'XX') AS country
    FROM (
        SELECT publication_number, source, part, nullif(CASE WHEN list_contains(getvariable('no_country'), priority_country) THEN 'XX' ELSE priority_country END, 'XX') AS stated,
               list_sort(list_filter(claims, lambda p: p."date" IS NOT NULL), 'ASC', 'NULLS LAST')[1].country AS dated,
               CASE WHEN len(list_distinct(list_transform(claims, lambda p: p.country))) = 1 THEN claims[1].country END AS only
        FROM (
            SELECT publication_number, source, part, priority_country,
                   list_filter(list_transform(priorities, lambda p: {
                       'date': p."date", 'number': p.number,
                       'country': CASE WHEN regexp_matches(p.number, '^WO-[A-Z]{2}') THEN substr(p.number, 4, 2) ELSE substr(p.number, 1, 2) END
                   }), lambda p: p.number IS NOT NULL AND NOT list_contains(getvariable('no_country'), p.country)) AS claims
            FROM current_records WHERE len(priorities) > 0 OR priority_country IS NOT NULL
        )
    ) AS r JOIN field_ranks AS k ON k.source = r.source AND k.part = r.part
    GROUP BY r.publication_number
), main AS (
    SELECT publication_number, subclass, mapped_subclass FROM ipc WHERE position = 1
)
SELECT p.family_key, p.publication_number,
       row_number() OVER (PARTITION BY p.family_key ORDER BY p.publication_date, p.country, p.number, p.kind NULLS FIRST)::INTEGER AS member_order,
       p.publication_date,
       -- the office of a country; for a WO publication the one that received the PCT application
       CASE WHEN NOT list_contains(getvariable('no_country'), p.country) THEN p.country
            WHEN regexp_matches(p.application_number, '^WO-[A-Z]{2}') AND NOT list_contains(getvariable('no_country'), substr(p.application_number, 4, 2)) THEN substr(p.application_number, 4, 2) END AS office,
       p.filing_date, coalesce(p.priority_date, p.filing_date) AS priority_date, y.country AS priority_country,
       a.residence, a.countries, a.name AS applicant, a.folded_name AS applicant_folded, a.address AS applicant_address, m.subclass AS stated_subclass, m.mapped_subclass AS main_subclass,
       p.claim_count, p.is_pct, p.publication_type, p.legal_status, p.lapse_date, p.has_legal_event, p.title, p.title_zh, p.title_en, p.cited_by_known, p.is_synthetic
FROM publications AS p
LEFT JOIN first_applicant AS a ON a.publication_number = p.publication_number
LEFT JOIN priority AS y ON y.publication_number = p.publication_number
LEFT JOIN main AS m ON m.publication_number = p.publication_number
WHERE p.publication_date IS NOT NULL
