-- name: counts_by_file
-- grain: one row per file: records it stated, and deletions
-- engines: both
-- needs: stated
SELECT page_id, sum(CASE WHEN is_withdrawn THEN 0 ELSE 1 END) AS records, sum(CASE WHEN is_withdrawn THEN 1 ELSE 0 END) AS deletions
FROM stated
GROUP BY page_id
