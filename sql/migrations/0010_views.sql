-- Which views the file holds: they are created anew only when the program's own differ from these.

CREATE TABLE schema_views (checksum VARCHAR NOT NULL, made_at TIMESTAMP NOT NULL);
COMMENT ON TABLE schema_views IS 'What the views in this file were made from, one row. 视图的来源校验。';
COMMENT ON COLUMN schema_views.checksum IS 'SHA-256 of the views'' SQL, the migrations'' checksums and DuckDB''s version, first 16 hex digits. 校验值';
COMMENT ON COLUMN schema_views.made_at IS 'When they were made (UTC). 创建时间';

-- The ledger of the migrations was made before comments were kept with tables.
COMMENT ON TABLE schema_migrations IS 'Migrations this warehouse has, one row each. 已执行的迁移。';
COMMENT ON COLUMN schema_migrations.version IS 'Number of the migration. 迁移序号';
COMMENT ON COLUMN schema_migrations.name IS 'File under sql/migrations. 迁移文件';
COMMENT ON COLUMN schema_migrations.checksum IS 'SHA-256 of its text, first 16 hex digits. 文件校验值';
COMMENT ON COLUMN schema_migrations.applied_at IS 'When it was applied, UTC. 执行时间';
