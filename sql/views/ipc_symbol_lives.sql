-- name: ipc_symbol_lives
-- grain: one row per IPC symbol of the publications, where WIPO's inventory was imported
CREATE OR REPLACE VIEW ipc_symbol_lives AS
WITH lives AS (
    SELECT symbol, min(began) AS began, CASE WHEN count(*) = count(ended) THEN max(ended) END AS ended
    FROM ipc_symbols
    WHERE page_id = (SELECT max(page_id) FROM ipc_symbols)
    GROUP BY symbol
),

stated AS (
    SELECT i.symbol, count(DISTINCT i.family_key) AS families, min(p.filing_date) AS first_filed, max(p.filing_date) AS last_filed
    FROM ipc AS i
    JOIN publications AS p ON p.publication_number = i.publication_number
    GROUP BY i.symbol
)

SELECT s.symbol, s.families, s.first_filed, s.last_filed, l.began, l.ended,
       CASE
           WHEN l.symbol IS NULL THEN 'never'
           WHEN l.ended < s.last_filed THEN 'ended'
           WHEN l.began > s.first_filed THEN 'made since'
           ELSE 'existed'
       END AS life
FROM stated AS s
LEFT JOIN lives AS l ON l.symbol = s.symbol
WHERE (SELECT count(*) FROM ipc_symbols) > 0;
COMMENT ON VIEW ipc_symbol_lives IS 'Which IPC symbols of the publications existed all along, which an edition made since the first of their publications was filed, which had ended, and which no edition ever had; by WIPO''s inventory as imported. IPC 分类号起止核对。';
COMMENT ON COLUMN ipc_symbol_lives.symbol IS 'IPC symbol, form H01L21/02. 分类号';
COMMENT ON COLUMN ipc_symbol_lives.families IS 'Families with it. 专利族数';
COMMENT ON COLUMN ipc_symbol_lives.first_filed IS 'Earliest filing date of a publication with it. 最早申请日';
COMMENT ON COLUMN ipc_symbol_lives.last_filed IS 'Latest filing date of a publication with it. 最晚申请日';
COMMENT ON COLUMN ipc_symbol_lives.began IS 'First day in force. 生效日';
COMMENT ON COLUMN ipc_symbol_lives.ended IS 'Last day in force; NULL: still in force. 失效日';
COMMENT ON COLUMN ipc_symbol_lives.life IS 'existed, made since (an edition made it after the first filing: the code is new, the subject need not be), ended (before the latest filing) or never (misread). 状态';
