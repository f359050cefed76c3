-- The IPC's own record at the group: every symbol ever used, as WIPO's inventory states it, where a person imported it.

CREATE TABLE ipc_symbols (symbol VARCHAR NOT NULL, began DATE NOT NULL, ended DATE, page_id BIGINT NOT NULL);
COMMENT ON TABLE ipc_symbols IS 'Every IPC symbol there ever was, subclasses and groups, from WIPO''s inventory of ever used symbols as imported (`stuckneck import`); empty where nobody did. The file imported last counts. IPC 历年全部分类号。';
COMMENT ON COLUMN ipc_symbols.symbol IS 'Symbol, form H01L21/02, or H01L for a subclass. 分类号';
COMMENT ON COLUMN ipc_symbols.began IS 'First day in force: the edition that made it. 生效日';
COMMENT ON COLUMN ipc_symbols.ended IS 'Last day in force; NULL: still in force in the edition of the file. 失效日';
COMMENT ON COLUMN ipc_symbols.page_id IS 'Page (the imported file) that states it. 来源页';
