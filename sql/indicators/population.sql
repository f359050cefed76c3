-- name: population
-- grain: one row per technology, family and interval in which nothing known of the family changed, $first..$last
-- columns: technology_id, family_key, family_id, member_from (first publication that satisfies the query), valid_from
--   (inclusive) and valid_to (exclusive) of the interval, and what was known of the family in it: dates, countries,
--   subclasses, claim_count, is_pct, grant_in_force, kinds, in_force, has_legal_event, and the same of each publication. One date is $first = $last
-- units: dates are calendar dates, claim_count is claims; NULL = unknown
-- reads: wanted_technologies (technology_id, query_hash; several hashes of one technology are united)
SELECT
    m.technology_id,
    m.family_key,
    f.family_id,
    f.cited_by_known,
    m.member_from,
    s.valid_from,
    s.valid_to,
    s.filing_date,
    s.priority_date,
    s.residence_country,
    s.priority_country,
    s.office_country,
    s.applicant_countries,
    s.main_subclass,
    s.stated_subclass,
    s.claim_count,
    s.is_pct,
    s.grant_in_force,
    s.has_patent,
    s.has_utility_model,
    s.in_force,
    s.has_legal_event,
    s.has_inventor_assignment,
    s.publication_states
FROM (
    SELECT fm.technology_id, fm.family_key, min(fm.member_from) AS member_from
    FROM family_memberships AS fm
    INNER JOIN wanted_technologies AS w ON w.technology_id = fm.technology_id AND w.query_hash = fm.query_hash
    WHERE fm.member_from <= $last
    GROUP BY fm.technology_id, fm.family_key
) AS m
INNER JOIN families AS f ON f.family_key = m.family_key
INNER JOIN family_states AS s
    ON s.family_key = m.family_key AND s.valid_from <= $last AND s.valid_to > $first AND s.valid_to > m.member_from
