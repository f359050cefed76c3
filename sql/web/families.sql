-- name: families
-- grain: one row per family behind a figure of one technology and run
-- columns: title, first applicant, country and how it was settled, dates, main subclass, claims, citations, PCT, window
-- reads: run_families, families
SELECT rf.family_id, f.title_zh, f.title_en, f.title, f.first_applicant, rf.country, rf.country_method, rf.focal_weight,
       f.filing_date, f.priority_date, f.first_publication_date, f.representative, f.members,
       rf.main_subclass, rf."window", rf.claim_count, rf.forward_citations, rf.is_pct, rf.grant_in_force, f.is_synthetic
FROM run_families AS rf
LEFT JOIN families AS f ON f.family_id = rf.family_id
WHERE rf.run_id = $run AND rf.technology_id = $technology
