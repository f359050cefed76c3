-- name: families
-- target: families
-- grain: one row per family: harvested ones with their latest state, others as ends of citations
-- needs: members, family_of, publications, variable any_synthetic (some record is)
WITH harvested AS (
    SELECT family_key,
           min(publication_date) AS first_publication_date, min(filing_date) AS filing_date, min(priority_date) AS priority_date, count(*)::INTEGER AS members,
           arg_min(publication_number, member_order) AS representative,
           arg_min(title, member_order) FILTER (WHERE title IS NOT NULL) AS title,
           arg_min(title_zh, member_order) FILTER (WHERE title_zh IS NOT NULL) AS title_zh,
           arg_min(title_en, member_order) FILTER (WHERE title_en IS NOT NULL) AS title_en,
           arg_min(residence, member_order) FILTER (WHERE residence IS NOT NULL) AS residence,
           coalesce(arg_min(priority_country, (coalesce(priority_date, DATE '9999-12-31'), member_order)) FILTER (WHERE priority_country <> 'XX'), max(priority_country)) AS priority_country,
           arg_min(office, member_order) FILTER (WHERE office IS NOT NULL) AS office,
           arg_min(main_subclass, member_order) FILTER (WHERE main_subclass IS NOT NULL) AS main_subclass,
           arg_min(claim_count, member_order) FILTER (WHERE claim_count IS NOT NULL) AS claim_count,
           bool_or(is_pct) AS is_pct,
           bool_and(cited_by_known) AS cited_by_known,
           arg_min(applicant, member_order) FILTER (WHERE applicant IS NOT NULL) AS first_applicant,
           arg_min(applicant_folded, member_order) FILTER (WHERE applicant IS NOT NULL) AS first_applicant_folded,
           arg_min(applicant_address, member_order) FILTER (WHERE applicant_address IS NOT NULL) AS first_applicant_address,
           bool_or(is_synthetic) AS is_synthetic
    FROM members GROUP BY family_key
), known AS (
    SELECT family_key, any_value(family_id) AS family_id, any_value(basis) AS basis, count(*)::INTEGER AS numbers FROM family_of GROUP BY family_key
), stated AS (
    SELECT family_key, count(*)::INTEGER AS publications, bool_or(is_synthetic) AS is_synthetic, arg_min(title, publication_number) AS title FROM publications GROUP BY family_key
)
SELECT k.family_key, k.family_id, p.family_key IS NOT NULL AS is_harvested, k.basis, h.representative, coalesce(h.title, p.title) AS title, h.title_zh, h.title_en,
       h.first_publication_date, h.filing_date, h.priority_date, coalesce(p.publications, k.numbers) AS members,
       nullif(coalesce(h.residence, h.priority_country, h.office), 'XX') AS country,
       CASE WHEN h.residence IS NOT NULL THEN 'residence' WHEN h.priority_country = 'XX' THEN NULL WHEN h.priority_country IS NOT NULL THEN 'priority' WHEN h.office IS NOT NULL THEN 'office' END AS country_method,
       h.main_subclass, h.claim_count, h.is_pct, coalesce(h.cited_by_known, false) AS cited_by_known, h.first_applicant, h.first_applicant_folded, h.first_applicant_address,
       coalesce(p.is_synthetic, getvariable('any_synthetic'), false) AS is_synthetic
FROM known AS k
LEFT JOIN harvested AS h ON h.family_key = k.family_key
LEFT JOIN stated AS p ON p.family_key = k.family_key
ORDER BY k.family_key
