-- name: membership_without_family
-- meaning: A technology has a family that does not exist.
-- blocking: yes
SELECT m.technology_id, m.family_key FROM family_memberships AS m
LEFT JOIN family_states AS s ON s.family_key = m.family_key AND s.valid_from <= m.member_from AND m.member_from < s.valid_to
WHERE s.family_key IS NULL
