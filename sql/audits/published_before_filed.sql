-- name: published_before_filed
-- meaning: A record is published before it was filed, or filed before its priority: one of the dates is misread or wrong at the source.
-- blocking: no
SELECT source, publication_number, publication_date, filing_date, priority_date FROM source_records
WHERE valid_to IS NULL AND (publication_date < filing_date OR publication_date < priority_date OR filing_date < priority_date)
