-- name: alerts
-- grain: one row per alert that is not resolved
-- columns: number, rule, severity, technology, one line in both languages, state, since when (UTC), data label
-- reads: alert_facts
SELECT alert_id, rule, severity, technology_id, source, title_zh, title_en, state, created_at, data_label
FROM alert_facts
WHERE state <> 'resolved'
ORDER BY list_position(['urgent', 'notice', 'info'], severity), created_at DESC, alert_id DESC
