-- name: data_label
-- grain: one row: whether synthetic, and whether real, families are among the technologies' families (of any date)
-- columns: synthetic, real: 1 yes, 0 no, NULL no family at all
-- units: flags
-- reads: wanted_technologies (technology_id, query_hash)
SELECT
    max(CASE WHEN f.is_synthetic THEN 1 ELSE 0 END) AS synthetic,
    max(CASE WHEN f.is_synthetic THEN 0 ELSE 1 END) AS real
FROM families AS f
INNER JOIN family_memberships AS fm ON fm.family_key = f.family_key
INNER JOIN wanted_technologies AS w ON w.technology_id = fm.technology_id AND w.query_hash = fm.query_hash
