-- name: record_current_twice
-- meaning: A source has two current versions of one publication's part.
-- blocking: yes
SELECT source, part, publication_number, count(*) AS versions FROM source_records WHERE valid_to IS NULL GROUP BY source, part, publication_number HAVING count(*) > 1
