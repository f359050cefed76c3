-- name: first_applicants
-- grain: one row per family of the topic search: its first applicant, as the earliest member that states each fact has it
-- needs: applicants, publications, families, family_memberships, editions, edition_items
WITH wanted AS (
    SELECT DISTINCT m.family_key FROM family_memberships AS m
    WHERE m.technology_id IN (SELECT i.technology_id FROM edition_items AS i JOIN editions AS e ON e.edition_id = i.edition_id WHERE e.kind = 'topics')
), stated AS (
    SELECT a.family_key, a.country, a.address, a."name", a.publication_number,
           row_number() OVER (PARTITION BY a.family_key ORDER BY p.publication_date NULLS LAST, p.country, p.number, p.kind NULLS FIRST) AS member_order
    FROM applicants AS a JOIN publications AS p ON p.publication_number = a.publication_number
    WHERE a."sequence" = 1 AND a.family_key IN (SELECT family_key FROM wanted)
)
SELECT w.family_key, coalesce(any_value(s.country_first), any_value(f.country)) AS country, any_value(s.address) AS address, any_value(s.address_in) AS address_in,
       any_value(s."name") AS "name", any_value(s.name_in) AS name_in
FROM wanted AS w
JOIN families AS f ON f.family_key = w.family_key
LEFT JOIN (
    SELECT family_key, arg_min(country, member_order) FILTER (WHERE country IS NOT NULL) AS country_first,
           arg_min(address, member_order) FILTER (WHERE address IS NOT NULL) AS address, arg_min(publication_number, member_order) FILTER (WHERE address IS NOT NULL) AS address_in,
           arg_min("name", member_order) FILTER (WHERE "name" IS NOT NULL) AS "name", arg_min(publication_number, member_order) FILTER (WHERE "name" IS NOT NULL) AS name_in
    FROM stated GROUP BY family_key
) AS s ON s.family_key = w.family_key
GROUP BY w.family_key
ORDER BY w.family_key
