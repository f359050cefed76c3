-- name: several_records
-- target: temp table while the merged tables are rebuilt
-- grain: one row per publication with more than one current record: of these alone the sources' words have to be weighed
-- needs: current_records
SELECT publication_number FROM current_records GROUP BY publication_number HAVING count(*) > 1
