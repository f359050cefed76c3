-- What the merged tables were made from, so that the next merge recomputes only what changed since.

CREATE TABLE merge_basis (kind VARCHAR NOT NULL, value VARCHAR NOT NULL);
COMMENT ON TABLE merge_basis IS 'What the merged tables were made from beside the records: where it changes, more is merged again than what changed. 合并的依据';
COMMENT ON COLUMN merge_basis.kind IS 'rules (digest of the program''s rules and of what is known of the sources: all is merged again), query (hash of a query that was evaluated) or topic (technology of a topic list).';
COMMENT ON COLUMN merge_basis.value IS 'Digest, query hash or technology.';

CREATE TABLE merge_seen (publication_number VARCHAR NOT NULL, records UBIGINT, hits UBIGINT);
COMMENT ON TABLE merge_seen IS 'What the merge before read of each publication: one that reads the same again stays as it is. 上次合并所见';
COMMENT ON COLUMN merge_seen.publication_number IS 'Canonical CC-NUMBER-KIND.';
COMMENT ON COLUMN merge_seen.records IS 'Digest of its current records and the dates of their pages; NULL: has none.';
COMMENT ON COLUMN merge_seen.hits IS 'Digest of the queries it was returned for; NULL: for none.';

CREATE TABLE merge_links (publication_number VARCHAR NOT NULL, token UBIGINT NOT NULL);
COMMENT ON TABLE merge_links IS 'What may put a publication into one family with others, hashed: its source family id, listed members, priorities, application. From a changed publication it leads to those that have to be merged again with it. 专利族关联';
COMMENT ON COLUMN merge_links.publication_number IS 'Canonical CC-NUMBER-KIND.';
COMMENT ON COLUMN merge_links.token IS 'Hash of one of them.';
