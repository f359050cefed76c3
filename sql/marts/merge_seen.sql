-- name: merge_seen
-- target: merge_seen
-- grain: one row per publication with a current record or a hit: digests of what a merge reads of it
-- needs: page_dates (temp)
SELECT coalesce(r.publication_number, h.publication_number) AS publication_number, r.records, h.hits
FROM (
    SELECT s.publication_number, bit_xor(hash(s.source, s.part, s.content_hash, d.service_date)) AS records
    FROM source_records AS s LEFT JOIN page_dates AS d ON d.page_id = s.page_id
    WHERE s.valid_to IS NULL GROUP BY s.publication_number
) AS r
FULL JOIN (
    SELECT publication_number, bit_xor(hash(technology_id, query_hash, source)) AS hits
    FROM source_hits WHERE withdrawn_run IS NULL GROUP BY publication_number
) AS h ON h.publication_number = r.publication_number
