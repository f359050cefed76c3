-- name: lapsed_out_of_time
-- meaning: A record says that the right lapsed before it was filed, or after the day the record was received or exported.
-- blocking: no
SELECT r.source, r.publication_number, coalesce(r.filing_date, f.filing_date) AS filed, l.lapsed, l.said_by, p.received_at
FROM source_records AS r JOIN pages AS p ON p.page_id = r.page_id
JOIN (
    SELECT source, publication_number, part, lapse_date AS lapsed, 'lapse_date' AS said_by FROM source_records WHERE valid_to IS NULL AND lapse_date IS NOT NULL
    UNION ALL
    SELECT source, publication_number, part, e."date", 'legal_events'
    FROM (SELECT source, publication_number, part, unnest(legal_events) AS e FROM source_records WHERE valid_to IS NULL AND len(legal_events) > 0)
    WHERE e.category IN ('lapse', 'partial_lapse') AND e."date" IS NOT NULL
) AS l ON l.source = r.source AND l.publication_number = r.publication_number AND l.part = r.part
LEFT JOIN publications AS f ON f.publication_number = r.publication_number
WHERE r.valid_to IS NULL AND (l.lapsed < coalesce(r.filing_date, f.filing_date) OR l.lapsed > coalesce(p.service_date, p.received_at::DATE))
