-- name: shift_examples
-- grain: up to two families per new IPC prefix of one technology and run
-- columns: prefix, family, titles, first applicant: the most cited of the later window that carry it
-- reads: run_shift, run_families, families
SELECT s.prefix, rf.family_id, f.title_zh, f.title_en, f.title, f.first_applicant AS holder
FROM run_shift AS s
JOIN run_families AS rf ON rf.run_id = s.run_id AND rf.technology_id = s.technology_id
                       AND rf."window" = 2 AND starts_with(rf.main_subclass, s.prefix)
LEFT JOIN families AS f ON f.family_id = rf.family_id
WHERE s.run_id = $run AND s.technology_id = $technology
QUALIFY row_number() OVER (PARTITION BY s.prefix ORDER BY rf.forward_citations DESC NULLS LAST, rf.family_id) <= 2
ORDER BY s.prefix, rf.forward_citations DESC NULLS LAST, rf.family_id
