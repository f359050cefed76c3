-- name: screening_funnel
-- grain: one row per run, technology and step
CREATE OR REPLACE VIEW screening_funnel AS
SELECT s.run_id, r.as_of, s.technology_id, i.name_zh, i.name_en, s.step_no, s.step, s.families_left,
       lag(s.families_left) OVER (PARTITION BY s.run_id, s.technology_id ORDER BY s.step_no) - s.families_left AS families_lost, s.unknown, r.data_label, a.focal_country, a.screening, a.windows
FROM run_screening AS s
JOIN runs AS r ON r.run_id = s.run_id
LEFT JOIN applied_settings AS a ON a.run_id = r.run_id
LEFT JOIN edition_items AS i ON i.edition_id = r.edition_id AND i.technology_id = s.technology_id;
COMMENT ON VIEW screening_funnel IS 'Families left after each screening step (筛选漏斗).';
COMMENT ON COLUMN screening_funnel.run_id IS 'Run.';
COMMENT ON COLUMN screening_funnel.as_of IS 'As-of date T.';
COMMENT ON COLUMN screening_funnel.technology_id IS 'Technology.';
COMMENT ON COLUMN screening_funnel.name_zh IS 'Chinese name.';
COMMENT ON COLUMN screening_funnel.name_en IS 'English name.';
COMMENT ON COLUMN screening_funnel.step_no IS 'Order; 0 = before screening.';
COMMENT ON COLUMN screening_funnel.step IS 'Step.';
COMMENT ON COLUMN screening_funnel.families_left IS 'Families left after it.';
COMMENT ON COLUMN screening_funnel.families_lost IS 'Families it removed.';
COMMENT ON COLUMN screening_funnel.unknown IS 'Families for which it could not be decided.';
COMMENT ON COLUMN screening_funnel.data_label IS 'real, synthetic or mixed.';
COMMENT ON COLUMN screening_funnel.focal_country IS 'Focal country.';
COMMENT ON COLUMN screening_funnel.screening IS 'Screening policy.';
COMMENT ON COLUMN screening_funnel.windows IS 'rolling, or fixed with its years.';
