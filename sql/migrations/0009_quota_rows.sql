-- The ledger of quotas is appended to: a statement a page, not an update. What is in force is the largest row of a period.
COMMENT ON TABLE quota_use IS 'Use of each service''s quotas, so that a restart does not spend them twice. Several rows a period: the largest stands.';
COMMENT ON COLUMN quota_use.used IS 'Used in it so far: as counted here, or as the service states where that is more; the largest of a period stands.';
COMMENT ON COLUMN quota_use.updated_at IS 'When this was noted (UTC).';
