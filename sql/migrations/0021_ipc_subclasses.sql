-- When each IPC subclass was in force, so that a code an edition made is told from one that applications came to.

CREATE TABLE ipc_subclasses (
    subclass VARCHAR NOT NULL, began DATE NOT NULL, ended DATE, mapped_subclass VARCHAR NOT NULL
);
COMMENT ON TABLE ipc_subclasses IS 'Every IPC subclass there ever was, with its days in force; from WIPO''s inventory of ever used symbols, rebuilt by every load. IPC 小类的起止时间。';
COMMENT ON COLUMN ipc_subclasses.subclass IS 'Subclass, four characters. 小类';
COMMENT ON COLUMN ipc_subclasses.began IS 'First day in force: the edition that made it (1968-09-01: the first edition). 生效日';
COMMENT ON COLUMN ipc_subclasses.ended IS 'Last day in force; NULL: still in force. 失效日';
COMMENT ON COLUMN ipc_subclasses.mapped_subclass IS 'Where its subject stood before, where the edition only moved it; else the subclass itself (docs/methods.md, Dynamics). 映射小类';
