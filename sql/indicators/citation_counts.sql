-- name: citation_counts
-- grain: one row per family, source and kind of count: the latest count that source states
-- columns: family_key, source, kind (family_count or member_sum), citation_count, count_date
-- units: citations; count_date is the day of the count by the service's clock (no as-of series before it)
SELECT c.family_key, c.source, c.kind, c.count_date, max(c.citation_count) AS citation_count
FROM family_citation_counts AS c
INNER JOIN (
    SELECT family_key, source, kind, max(count_date) AS count_date
    FROM family_citation_counts
    WHERE count_date IS NOT NULL
    GROUP BY family_key, source, kind
) AS latest
    ON latest.family_key = c.family_key AND latest.source = c.source AND latest.kind = c.kind
    AND latest.count_date = c.count_date
GROUP BY c.family_key, c.source, c.kind, c.count_date
