-- name: ipc
-- target: ipc
-- grain: one row per publication and symbol, from the best source that classifies it
-- needs: current_records, field_ranks, family_of, mapped_symbols (temp: symbol, subclass, mapped_subclass)
WITH best AS (
    SELECT r.publication_number, arg_min(r.ipc, k.ipc) AS symbols, arg_min(r.source, k.ipc) AS source
    FROM current_records AS r JOIN field_ranks AS k ON k.source = r.source AND k.part = r.part
    WHERE len(r.ipc) > 0 GROUP BY r.publication_number
), flat AS (
    SELECT publication_number, source, unnest(symbols) AS symbol, generate_subscripts(symbols, 1) AS position FROM best
)
SELECT b.publication_number, f.family_key, b.position::INTEGER AS position, b.symbol, m.subclass, m.mapped_subclass, b.source
FROM flat AS b
JOIN family_of AS f ON f.publication_number = b.publication_number
JOIN mapped_symbols AS m ON m.symbol = b.symbol
