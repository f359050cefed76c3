-- How runs end: what a programming error left for whoever mends it, and the technologies a run could not speak about.

ALTER TABLE runs ADD COLUMN traceback VARCHAR;
COMMENT ON COLUMN runs.traceback IS 'Where the program was when the run failed, for whoever mends it.';
COMMENT ON COLUMN runs.kind IS 'refresh, import, conditions, place, backfill, provinces, review, prune, backup, deliver or heartbeat.';
COMMENT ON COLUMN runs.step IS 'Last step reached: harvest, load, merge, enrich, place, audit, alert, publish.';
COMMENT ON COLUMN province_conditions.run_id IS 'Import that brought it (runs.kind = conditions; import in older rows).';

CREATE TABLE run_held (
    run_id INTEGER NOT NULL, technology_id VARCHAR NOT NULL, source VARCHAR, why VARCHAR NOT NULL
);
COMMENT ON TABLE run_held IS 'Technologies a refresh got no usable answer about: their figures are of the records from before, and no move of theirs is reported.';
COMMENT ON COLUMN run_held.run_id IS 'Run.';
COMMENT ON COLUMN run_held.technology_id IS 'Technology.';
COMMENT ON COLUMN run_held.source IS 'Source that did not answer; NULL where it is about what all sources gave.';
COMMENT ON COLUMN run_held.why IS 'In words.';
