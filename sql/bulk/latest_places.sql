-- name: latest_places
-- grain: one row per source, part and publication: the place of its last statement in the files
-- engines: both
-- needs: stated (rows of the bulk files; places grow from file to file and within each)
SELECT max(place) AS place FROM stated GROUP BY source, part, publication_number
