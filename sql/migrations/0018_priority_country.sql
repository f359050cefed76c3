-- A column that names the priority's country, or priority numbers without dates, tell the country of a family too.

ALTER TABLE source_records ADD COLUMN priority_country VARCHAR;
COMMENT ON COLUMN source_records.priority_country IS 'Country of the earliest priority where a column names it or priority numbers without dates tell it; NULL where dates of priorities tell or nothing does.';
COMMENT ON COLUMN source_records.is_pct IS 'WO publication, PCT application stated or WO among the family''s members: true; members listed completely without WO: false; NULL unknown.';
