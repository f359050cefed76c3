-- name: ipc_out_of_time
-- meaning: A record has an IPC subclass or group that no edition ever had, or that had ended before it was filed: the symbol or the date is misread.
-- blocking: no
-- A symbol that began after the filing is no fault: services give old documents the symbols of today's edition.
-- Groups are decided where WIPO's inventory was imported (ipc_symbols), for publications up to its last edition.
WITH stated AS (
    SELECT source, publication_number, filing_date, publication_date, unnest(ipc) AS symbol
    FROM source_records
    WHERE valid_to IS NULL
),

lives AS (
    SELECT symbol, CASE WHEN count(*) = count(ended) THEN max(ended) END AS ended
    FROM ipc_symbols
    WHERE page_id = (SELECT max(page_id) FROM ipc_symbols)
    GROUP BY symbol
),

known AS (SELECT max(began) AS edition FROM ipc_symbols WHERE page_id = (SELECT max(page_id) FROM ipc_symbols))

SELECT s.source, s.publication_number, s.symbol, s.filing_date, coalesce(c.ended, g.ended) AS ended
FROM stated AS s
LEFT JOIN ipc_subclasses AS c ON c.subclass = left(s.symbol, 4)
LEFT JOIN lives AS g ON g.symbol = s.symbol
CROSS JOIN known AS k
WHERE (
    (SELECT count(*) FROM ipc_subclasses) > 0
    AND (c.ended < s.filing_date OR (c.subclass IS NULL AND length(s.symbol) >= 4 AND s.publication_date < DATE '2026-01-01'))
) OR g.ended < s.filing_date
    OR (g.symbol IS NULL AND contains(s.symbol, '/') AND s.publication_date < k.edition)
