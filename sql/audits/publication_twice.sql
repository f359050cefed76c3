-- name: publication_twice
-- meaning: A publication stands more than once in publications.
-- blocking: yes
SELECT publication_number, count(*) AS times FROM publications GROUP BY publication_number HAVING count(*) > 1
