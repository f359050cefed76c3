-- name: shares
-- grain: one row per technology and focal weight (NULL: country unknown); the shares are sums over these (docs/methods.md, Capability)
-- columns: technology_id, focal_weight, families, then per indicator the families for which it is known and the total;
--   classed: families whose main subclass and window date are known
-- units: families; citations, claims, PCT families and granted patents in force. Whole numbers, so that order of summing cannot matter
-- reads: measured_families (the columns of run_families, of one run, after screening)
SELECT
    technology_id,
    focal_weight,
    count(*) AS families,
    count(forward_citations) AS citations_known,
    coalesce(sum(forward_citations), 0) AS citations,
    count(claim_count) AS claims_known,
    coalesce(sum(claim_count), 0) AS claims,
    count(is_pct) AS pct_known,
    coalesce(sum(CASE WHEN is_pct THEN 1 ELSE 0 END), 0) AS pct,
    count(grant_in_force) AS grants_known,
    coalesce(sum(CASE WHEN grant_in_force THEN 1 ELSE 0 END), 0) AS grants,
    sum(CASE WHEN main_subclass IS NOT NULL AND filing_year IS NOT NULL THEN 1 ELSE 0 END) AS classed
FROM measured_families
GROUP BY technology_id, focal_weight
