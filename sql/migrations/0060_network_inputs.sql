-- A network of which nothing changed is not measured again: the rows of the run with equal inputs are taken over.
CREATE TABLE network_inputs (run_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, digest VARCHAR NOT NULL);
COMMENT ON TABLE network_inputs IS 'What each technology''s network was measured from: runs with an equal digest have equal figures (引文网络的输入摘要).';
COMMENT ON COLUMN network_inputs.run_id IS 'Run.';
COMMENT ON COLUMN network_inputs.technology_id IS 'Technology.';
COMMENT ON COLUMN network_inputs.digest IS 'SHA-256 of families, citations, countries, classes and holders up to the date, and of the program''s version.';
