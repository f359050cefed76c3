-- name: stated_pairs
-- target: temp table while touched families are merged
-- grain: one row per pair of publications that a record states, as far as an end is among touched_ends
-- needs: citing_records, aliases, touched_ends (temp: publication_number)
WITH stated AS (
    SELECT unnest(cites).publication_number AS cited, publication_number AS citing FROM citing_records WHERE len(cites) > 0
    UNION ALL
    SELECT publication_number, unnest(cited_by).publication_number FROM citing_records WHERE len(cited_by) > 0
), pairs AS (
    SELECT DISTINCT coalesce(a.publication_number, s.cited) AS cited, coalesce(b.publication_number, s.citing) AS citing
    FROM stated AS s LEFT JOIN aliases AS a ON a.stated = s.cited LEFT JOIN aliases AS b ON b.stated = s.citing
)
SELECT cited, citing FROM pairs
WHERE cited IN (SELECT publication_number FROM touched_ends) OR citing IN (SELECT publication_number FROM touched_ends)
