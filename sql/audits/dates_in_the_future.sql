-- name: dates_in_the_future
-- meaning: A record states a date of publication, filing or priority after the day it was received or exported.
-- blocking: no
SELECT r.source, r.publication_number, r.publication_date, r.filing_date, r.priority_date, p.received_at FROM source_records AS r JOIN pages AS p ON p.page_id = r.page_id
WHERE r.valid_to IS NULL AND greatest(r.publication_date, r.filing_date, r.priority_date) > coalesce(p.service_date, p.received_at::DATE)
