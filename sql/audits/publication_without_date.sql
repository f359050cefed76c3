-- name: publication_without_date
-- meaning: A publication has no date: it is kept, but no as-of figure can count it.
-- blocking: no
SELECT list_extract(sources, 1) AS source, publication_number FROM publications WHERE publication_date IS NULL
