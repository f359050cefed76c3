-- name: wanted_records
-- engines: Spark (its twin also drops the citations nobody asks about)
-- grain: current records of publications of the wanted families
-- needs: current_records, wanted_family_of
SELECT r.* FROM current_records AS r LEFT SEMI JOIN wanted_family_of AS w ON w.publication_number = r.publication_number
