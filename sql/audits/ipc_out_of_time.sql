-- name: ipc_out_of_time
-- meaning: A record has an IPC subclass that no edition ever had, or that had ended before it was filed: the symbol or the date is misread.
-- blocking: no
-- A subclass that began after the filing is no fault: services give old documents the symbols of today's edition.
SELECT s.source, s.publication_number, s.symbol, s.filing_date, c.ended
FROM (SELECT source, publication_number, filing_date, publication_date, unnest(ipc) AS symbol FROM source_records WHERE valid_to IS NULL) AS s
LEFT JOIN ipc_subclasses AS c ON c.subclass = left(s.symbol, 4)
WHERE (SELECT count(*) FROM ipc_subclasses) > 0
    AND (c.ended < s.filing_date OR (c.subclass IS NULL AND length(s.symbol) >= 4 AND s.publication_date < DATE '2026-01-01'))
