-- name: shift
-- grain: one row per technology, mapped and stated main subclass (docs/methods.md, Dynamics)
-- columns: technology_id, main_subclass (mapped to one IPC edition), stated_subclass, earlier, later
-- units: families in the earlier and in the later window
-- reads: measured_families (the columns of run_families, of one run, after screening)
SELECT
    technology_id,
    main_subclass,
    coalesce(stated_subclass, main_subclass) AS stated_subclass,
    sum(CASE WHEN "window" = 1 THEN 1 ELSE 0 END) AS earlier,
    sum(CASE WHEN "window" = 2 THEN 1 ELSE 0 END) AS later
FROM measured_families
WHERE "window" IS NOT NULL AND main_subclass IS NOT NULL
GROUP BY technology_id, main_subclass, coalesce(stated_subclass, main_subclass)
