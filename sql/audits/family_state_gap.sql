-- name: family_state_gap
-- meaning: A family's states overlap, leave a gap or do not reach to the end of time.
-- blocking: yes
SELECT family_key, valid_from, valid_to, next_from FROM (
    SELECT family_key, valid_from, valid_to, lead(valid_from) OVER (PARTITION BY family_key ORDER BY valid_from) AS next_from FROM family_states
) AS s
WHERE valid_to <> coalesce(next_from, DATE '9999-12-31') OR valid_from >= valid_to
