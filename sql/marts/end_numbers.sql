-- name: end_numbers
-- target: temp table while the merged tables are rebuilt
-- grain: every number at an end of a stated citation
-- needs: citing_records, aliases
SELECT DISTINCT coalesce(a.publication_number, e.stated) AS publication_number FROM (
    SELECT unnest(cites).publication_number AS stated FROM citing_records WHERE len(cites) > 0
    UNION SELECT unnest(cited_by).publication_number FROM citing_records WHERE len(cited_by) > 0
) AS e LEFT JOIN aliases AS a ON a.stated = e.stated
