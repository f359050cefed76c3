-- One reading that answers all queries of a source has a slice of its own.
COMMENT ON COLUMN slices.purpose IS 'search, citing, claims, legal or family; scan: one question for all queries at once, whose pages say which each row satisfies.';
COMMENT ON COLUMN slices.received IS 'Distinct publications received; NULL where nothing had to be asked, the data being the same as before.';
