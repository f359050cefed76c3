-- name: country_methods
-- grain: one row per technology and step of the country rule (docs/methods.md, Country of a family)
-- columns: technology_id, method, families
-- units: families after screening
-- reads: measured_families (the columns of run_families, of one run, after screening)
SELECT technology_id, country_method AS method, count(*) AS families
FROM measured_families
GROUP BY technology_id, country_method
