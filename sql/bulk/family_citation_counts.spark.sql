-- name: family_citation_counts
-- engines: Spark (twin of marts/family_citation_counts.sql)
-- grain: one row per family, source and kind of count the source itself states
-- needs: current_records, family_of, pages
SELECT
    f.family_key, r.source,
    CASE WHEN r.citation_count_kind = 'family' THEN 'family_count' ELSE 'member_sum' END AS kind,
    CAST(CASE WHEN r.citation_count_kind = 'family' THEN max(r.citation_count) ELSE sum(r.citation_count) END AS INT) AS citation_count,
    max(d.service_date) AS count_date
FROM current_records AS r
JOIN family_of AS f ON f.publication_number = r.publication_number
LEFT JOIN pages AS d ON d.page_id = r.page_id
WHERE r.citation_count IS NOT NULL
GROUP BY f.family_key, r.source, r.citation_count_kind
