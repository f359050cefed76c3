-- name: family_of
-- target: temp table while the merged tables are rebuilt
-- grain: every number with its family; the stable name is the least DOCDB id where one is known, else the earliest published member
-- needs: nodes, components (temp: node, label, basis), current_records
WITH labelled AS (
    SELECT n.publication_number, n.is_harvested, c.label, c.basis FROM nodes AS n JOIN components AS c ON c.node = n.node
), facts AS (
    SELECT publication_number, min(source_family_id) AS source_family_id, min(publication_date) AS published
    FROM current_records GROUP BY publication_number
), named AS (
    SELECT l.label, min(try_cast(substr(f.source_family_id, 7) AS BIGINT)) FILTER (WHERE starts_with(f.source_family_id, 'docdb:')) AS docdb,
           min(f.source_family_id) AS other,
           arg_min(l.publication_number, (NOT l.is_harvested, coalesce(f.published, DATE '9999-12-31'), l.publication_number)) AS earliest,
           arg_min(l.basis, CASE l.basis WHEN 'source_id' THEN 0 WHEN 'priorities' THEN 1 WHEN 'application' THEN 2 ELSE 3 END) AS basis
    FROM labelled AS l LEFT JOIN facts AS f ON f.publication_number = l.publication_number
    GROUP BY l.label
), keyed AS (
    SELECT label, basis, coalesce('docdb:' || docdb::VARCHAR, other, earliest) AS family_id,
           (row_number() OVER (ORDER BY coalesce('docdb:' || docdb::VARCHAR, other, earliest), label) - 1)::INTEGER AS family_key
    FROM named
)
SELECT l.publication_number, k.family_key, k.family_id, k.basis FROM labelled AS l JOIN keyed AS k ON k.label = l.label
