-- name: record_lost_in_merge
-- meaning: A record a source states is missing from publications.
-- blocking: yes
SELECT r.source, r.publication_number FROM source_records AS r
LEFT JOIN publications AS p ON p.publication_number = r.publication_number
WHERE r.valid_to IS NULL AND p.publication_number IS NULL
