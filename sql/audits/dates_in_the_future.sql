-- name: dates_in_the_future
-- meaning: A record states a publication date after the day it was received.
-- blocking: no
SELECT r.source, r.publication_number, r.publication_date, p.received_at FROM source_records AS r JOIN pages AS p ON p.page_id = r.page_id
WHERE r.valid_to IS NULL AND r.publication_date > coalesce(p.service_date, p.received_at::DATE)
