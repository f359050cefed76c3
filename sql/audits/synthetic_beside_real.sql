-- name: synthetic_beside_real
-- meaning: Synthetic and real records are in one warehouse: every figure over both is labelled mixed.
-- blocking: no
SELECT count(*) FILTER (WHERE is_synthetic) AS synthetic, count(*) FILTER (WHERE NOT is_synthetic) AS real FROM publications
HAVING count(*) FILTER (WHERE is_synthetic) > 0 AND count(*) FILTER (WHERE NOT is_synthetic) > 0
