-- What an import changed in rows that were there before it, so that `import --undo` can put it back.

CREATE TABLE import_undo (
    run_id INTEGER NOT NULL, source VARCHAR NOT NULL, technology_id VARCHAR NOT NULL, query_hash VARCHAR NOT NULL, publication_number VARCHAR NOT NULL, last_run INTEGER NOT NULL, withdrawn_run INTEGER
);
COMMENT ON TABLE import_undo IS 'Hits as they were before an import saw them again: what `import --undo` puts back. One row per hit that the import touched.';
COMMENT ON COLUMN import_undo.run_id IS 'The import.';
COMMENT ON COLUMN import_undo.source IS 'Source of the hit.';
COMMENT ON COLUMN import_undo.technology_id IS 'Technology of the hit.';
COMMENT ON COLUMN import_undo.query_hash IS 'Query of the hit.';
COMMENT ON COLUMN import_undo.publication_number IS 'Publication of the hit.';
COMMENT ON COLUMN import_undo.last_run IS 'Its last_run before the import.';
COMMENT ON COLUMN import_undo.withdrawn_run IS 'Its withdrawn_run before the import.';
COMMENT ON COLUMN runs.state IS 'running, parked (quota; resumes at resume_after), succeeded, failed, undone (an import that was taken back).';
