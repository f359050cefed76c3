-- name: nodes
-- grain: one row per family that is a member or is at the other end of a member's citation
-- columns: family_key, family_id, is_member, published (a member: since it belongs), what was known of it on $as_of, titles
-- units: calendar dates; NULL = unknown (families known only as the far end of a citation have a number and nothing else)
-- reads: network_members (family_key, member_from), network_citations (cited_family_key, citing_family_key)
SELECT
    e.family_key,
    coalesce(f.family_id, 'family_key:' || CAST(e.family_key AS VARCHAR)) AS family_id,
    m.family_key IS NOT NULL AS is_member,
    coalesce(m.member_from, f.first_publication_date) AS published,
    s.filing_date,
    s.priority_date,
    s.residence_country,
    s.priority_country,
    s.office_country,
    s.applicant_countries,
    coalesce(f.title_zh, f.title) AS title_zh,
    coalesce(f.title_en, f.title) AS title_en
FROM (
    SELECT n.family_key FROM network_members AS n
    UNION
    SELECT c.cited_family_key FROM network_citations AS c
    UNION
    SELECT c.citing_family_key FROM network_citations AS c
) AS e
LEFT JOIN families AS f ON f.family_key = e.family_key
LEFT JOIN network_members AS m ON m.family_key = e.family_key
LEFT JOIN family_states AS s ON s.family_key = e.family_key AND s.valid_from <= $as_of AND s.valid_to > $as_of
ORDER BY family_id, e.family_key
