-- name: filed_before_1877
-- meaning: A filing or priority date lies before 1877, where the patent files of most offices begin: a century is probably misread.
-- blocking: no
SELECT source, publication_number, filing_date, priority_date FROM source_records
WHERE valid_to IS NULL AND least(filing_date, priority_date) < DATE '1877-01-01'
