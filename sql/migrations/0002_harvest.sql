-- What the services allow and what has been used of it, kept across restarts.

CREATE TABLE quota_use (
    source VARCHAR NOT NULL, period VARCHAR NOT NULL, unit VARCHAR NOT NULL, period_start TIMESTAMP NOT NULL, used BIGINT NOT NULL, updated_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE quota_use IS 'Use of each service''s quotas, so that a restart does not spend them twice.';
COMMENT ON COLUMN quota_use.source IS 'Source.';
COMMENT ON COLUMN quota_use.period IS 'minute (summed over the last 60 for hourly quotas), week or month.';
COMMENT ON COLUMN quota_use.unit IS 'bytes or requests.';
COMMENT ON COLUMN quota_use.period_start IS 'First moment of the period (UTC); weeks begin on Monday.';
COMMENT ON COLUMN quota_use.used IS 'Used in it: as counted here, or as the service states where that is more.';
COMMENT ON COLUMN quota_use.updated_at IS 'When it was last changed (UTC).';

CREATE TABLE enrichments (
    source VARCHAR NOT NULL, purpose VARCHAR NOT NULL, publication_number VARCHAR NOT NULL, run_id INTEGER NOT NULL, outcome VARCHAR NOT NULL, requested_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE enrichments IS 'What was asked of a source about single publications: nothing is asked twice.';
COMMENT ON COLUMN enrichments.source IS 'Source asked.';
COMMENT ON COLUMN enrichments.purpose IS 'citing, claims, legal or family.';
COMMENT ON COLUMN enrichments.publication_number IS 'Publication asked about.';
COMMENT ON COLUMN enrichments.run_id IS 'Run that asked.';
COMMENT ON COLUMN enrichments.outcome IS 'landed (the answer is in pages) or nothing (the source has none).';
COMMENT ON COLUMN enrichments.requested_at IS 'When (UTC).';
