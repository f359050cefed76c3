-- name: members
-- engines: Spark (twin of marts/members.sql)
-- grain: one row per publication with a date: a family's members in order of publication (ties: authority, then number)
-- needs: publications, applicants, folded_names, mapped_symbols, current_records, field_ranks, no_country (one row: codes)
WITH first_applicant AS (
    SELECT
        a.publication_number,
        min_by(a.country, a."sequence") FILTER (WHERE a."sequence" = 1 AND a.country IS NOT NULL) AS residence,
        min_by(a."name", a."sequence") FILTER (WHERE a."name" IS NOT NULL) AS "name",
        min_by(n.folded_name, a."sequence") FILTER (WHERE n.folded_name IS NOT NULL) AS folded_name,
        min_by(a.address, a."sequence") FILTER (WHERE a.address IS NOT NULL) AS address,
        CASE WHEN count(*) = count(a.country) THEN transform(array_sort(collect_list(struct(a."sequence", a.country))), x -> x.country) END AS countries
    FROM applicants AS a LEFT JOIN folded_names AS n ON n."name" = a."name"
    GROUP BY a.publication_number
), claimed AS (
    SELECT
        r.publication_number, r.source, r.part, o.codes, r.priority_country,
        filter(
            transform(r.priorities, p -> named_struct(
                'date', p."date", 'number', p.number,
                'country', CASE WHEN p.number RLIKE '^WO-[A-Z]{2}' THEN substr(p.number, 4, 2) ELSE substr(p.number, 1, 2) END
            )),
            p -> p.number IS NOT NULL AND NOT array_contains(o.codes, p.country)
        ) AS claims
    FROM current_records AS r CROSS JOIN no_country AS o
    WHERE size(r.priorities) > 0 OR r.priority_country IS NOT NULL
), countries AS (
    SELECT
        publication_number, source, part,
        nullif(CASE WHEN array_contains(codes, priority_country) THEN 'XX' ELSE priority_country END, 'XX') AS stated,
        get(array_sort(filter(claims, p -> p."date" IS NOT NULL)), 0).country AS dated,
        CASE WHEN size(array_distinct(transform(claims, p -> p.country))) = 1 THEN get(claims, 0).country END AS only
    FROM claimed
), priority AS (
    -- the earliest dated priority that names a country, else the country a column names, else the one all undated numbers name;
    -- XX (ST.3: unknown) where only offices that are no country are named: the first filing was not at the publishing office
    SELECT
        r.publication_number,
        coalesce(
            min_by(r.dated, k.priorities) FILTER (WHERE r.dated IS NOT NULL), min_by(r.stated, k.priorities) FILTER (WHERE r.stated IS NOT NULL),
            min_by(r.only, k.priorities) FILTER (WHERE r.only IS NOT NULL), 'XX'
        ) AS country
    FROM countries AS r JOIN field_ranks AS k ON k.source = r.source AND k.part = r.part
    GROUP BY r.publication_number
)
SELECT
    p.family_key, p.publication_number,
    CAST(row_number() OVER (PARTITION BY p.family_key ORDER BY p.publication_date, p.country, p.number, p.kind NULLS FIRST) AS INT) AS member_order,
    p.publication_date,
    -- the office of a country; for a WO publication the one that received the PCT application
    CASE
        WHEN NOT array_contains(o.codes, p.country) THEN p.country
        WHEN p.application_number RLIKE '^WO-[A-Z]{2}' AND NOT array_contains(o.codes, substr(p.application_number, 4, 2)) THEN substr(p.application_number, 4, 2)
    END AS office,
    p.filing_date, coalesce(p.priority_date, p.filing_date) AS priority_date, y.country AS priority_country,
    a.residence, a.countries, a."name" AS applicant, a.folded_name AS applicant_folded, a.address AS applicant_address,
    m.subclass AS stated_subclass, m.mapped_subclass AS main_subclass,
    p.claim_count, p.is_pct, p.publication_type, p.legal_status, p.lapse_date, p.has_legal_event,
    coalesce(p.title_zh, p.title_en, p.any_title) AS title, p.title_zh, p.title_en, p.cited_by_known, p.is_synthetic,
    coalesce(p.application_number, p.publication_number) AS application
FROM publications AS p
CROSS JOIN no_country AS o
LEFT JOIN first_applicant AS a ON a.publication_number = p.publication_number
LEFT JOIN priority AS y ON y.publication_number = p.publication_number
LEFT JOIN mapped_symbols AS m ON m.symbol = p.main_ipc
WHERE p.publication_date IS NOT NULL
