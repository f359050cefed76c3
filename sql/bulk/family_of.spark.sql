-- name: family_of
-- engines: Spark (twin of marts/family_of.sql; keys are given to the wanted families later)
-- grain: every number with its family; the stable name is the least DOCDB id where one is known, else the earliest published member
-- needs: components, current_records
WITH facts AS (
    SELECT publication_number, min(source_family_id) AS source_family_id, min(publication_date) AS published
    FROM current_records GROUP BY publication_number
), named AS (
    SELECT
        l.label,
        min(CASE WHEN startswith(f.source_family_id, 'docdb:') THEN try_cast(substr(f.source_family_id, 7) AS BIGINT) END) AS docdb,
        min(f.source_family_id) AS other,
        min_by(l.publication_number, struct(NOT l.is_harvested, coalesce(f.published, DATE '9999-12-31'), l.publication_number)) AS earliest,
        min(l.basis) AS basis
    FROM components AS l LEFT JOIN facts AS f ON f.publication_number = l.publication_number
    GROUP BY l.label
)
SELECT
    l.publication_number, l.label AS family_key, coalesce('docdb:' || CAST(n.docdb AS STRING), n.other, n.earliest) AS family_id,
    element_at(array('source_id', 'priorities', 'application', 'single'), n.basis + 1) AS basis
FROM components AS l JOIN named AS n ON n.label = l.label
