-- name: family_names
-- target: temp table while the merged tables are rebuilt
-- grain: one row per family; its id is the least DOCDB id where one is known, else the earliest published member
-- needs: nodes, components (temp: node, label, basis), current_records
WITH facts AS (
    SELECT publication_number, min(source_family_id) AS source_family_id, min(publication_date) AS published
    FROM current_records GROUP BY publication_number
), named AS (
    SELECT c.label, min(try_cast(substr(f.source_family_id, 7) AS BIGINT)) FILTER (WHERE starts_with(f.source_family_id, 'docdb:')) AS docdb,
           min(f.source_family_id) AS other,
           arg_min(n.publication_number, (NOT n.is_harvested, coalesce(f.published, DATE '9999-12-31'), n.publication_number)) AS earliest,
           arg_min(c.basis, CASE c.basis WHEN 'source_id' THEN 0 WHEN 'priorities' THEN 1 WHEN 'application' THEN 2 ELSE 3 END) AS basis
    FROM components AS c JOIN nodes AS n ON n.node = c.node
    LEFT JOIN facts AS f ON f.publication_number = n.publication_number
    GROUP BY c.label
)
SELECT label, basis, coalesce('docdb:' || docdb::VARCHAR, other, earliest) AS family_id FROM named
