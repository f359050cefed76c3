-- What a service said for good is remembered through a kill, and what it no longer returns waits for a second answer.

CREATE TABLE page_verdicts (page_id INTEGER NOT NULL, verdict VARCHAR NOT NULL, reason VARCHAR);
COMMENT ON TABLE page_verdicts IS 'Answers without records that are final within their run: the same request is not sent again.';
COMMENT ON COLUMN page_verdicts.page_id IS 'Page.';
COMMENT ON COLUMN page_verdicts.verdict IS 'less (the service asks for a smaller page), nothing (it has nothing under that number), expired (a used-up scroll), refused (it does not take the query).';
COMMENT ON COLUMN page_verdicts.reason IS 'In words.';

CREATE TABLE missing_hits (
    source VARCHAR NOT NULL, technology_id VARCHAR NOT NULL, query_hash VARCHAR NOT NULL, publication_number VARCHAR NOT NULL, run_id INTEGER NOT NULL
);
COMMENT ON TABLE missing_hits IS 'Hits that a complete slice no longer returned, too many at once to be believed: kept until a later run says the same.';
COMMENT ON COLUMN missing_hits.source IS 'Source.';
COMMENT ON COLUMN missing_hits.technology_id IS 'Technology or topic.';
COMMENT ON COLUMN missing_hits.query_hash IS 'Query.';
COMMENT ON COLUMN missing_hits.publication_number IS 'Publication.';
COMMENT ON COLUMN missing_hits.run_id IS 'Run that first missed it.';
