-- name: alert_fields
-- grain: one row per alert asked for
-- columns: what a program needs of it beside the sentence: the names of its technology, K and D of its run and of the
--   live run before by the same settings (relative frame), and the settings of its run
-- reads: alert_facts, runs, run_placements, edition_items
WITH told AS (
    SELECT a.*, r.settings, r.settings_hash, r.edition_id, (
        SELECT max(q.run_id) FROM run_placements AS q JOIN runs AS s ON s.run_id = q.run_id
        WHERE q.origin = 'live' AND q.run_id < a.run_id AND s.settings_hash IS NOT DISTINCT FROM r.settings_hash
    ) AS run_before
    FROM alert_facts AS a
    LEFT JOIN runs AS r ON r.run_id = a.run_id
    WHERE list_contains($alerts, a.alert_id)
)
SELECT
    t.alert_id, t.run_before, t.settings, t.settings_hash, i.name_zh, i.name_en,
    p.capability, p.dynamics, b.capability AS capability_before, b.dynamics AS dynamics_before
FROM told AS t
LEFT JOIN edition_items AS i ON i.edition_id = t.edition_id AND i.technology_id = t.technology_id
LEFT JOIN run_placements AS p ON p.run_id = t.run_id AND p.technology_id = t.technology_id AND p.frame = 'relative'
LEFT JOIN run_placements AS b ON b.run_id = t.run_before AND b.technology_id = t.technology_id AND b.frame = 'relative'
ORDER BY t.alert_id
