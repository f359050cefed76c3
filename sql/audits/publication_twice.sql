-- name: publication_twice
-- meaning: A publication is in publications more than once.
-- blocking: yes
SELECT publication_number, count(*) AS times FROM publications GROUP BY publication_number HAVING count(*) > 1
