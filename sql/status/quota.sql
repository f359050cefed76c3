-- name: quota
-- grain: one row per source, unit and period of which something is used: minutes of the last two hours, the latest week, the latest month
-- columns: period (minute, week, month), unit (bytes, requests), period_start (UTC), used
-- reads: quota_use
SELECT source, period, unit, period_start, max(used) AS used
FROM quota_use
GROUP BY source, period, unit, period_start
QUALIFY CASE period
    WHEN 'minute' THEN period_start > max(period_start) OVER (PARTITION BY source, period, unit) - INTERVAL 2 HOUR
    ELSE period_start = max(period_start) OVER (PARTITION BY source, period, unit)
END
ORDER BY ALL
