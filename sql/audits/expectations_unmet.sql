-- name: expectations_unmet
-- meaning: Fewer (or more) of a source's records of this run state a field than its source.toml expects; the service or its format may have changed.
-- blocking: no
WITH received AS (
    SELECT
        source, count(*) AS records, count(publication_date) AS publication_date, count(filing_date) AS filing_date,
        count(source_family_id) AS source_family_id, count(ipc) AS ipc, count(applicants) AS applicants,
        count(titles) AS titles
    FROM source_records WHERE run_id = $run_id AND part = 'biblio' GROUP BY source
), stated AS (
    SELECT source, records, 'publication_date' AS field, publication_date AS found FROM received
    UNION ALL SELECT source, records, 'filing_date', filing_date FROM received
    UNION ALL SELECT source, records, 'source_family_id', source_family_id FROM received
    UNION ALL SELECT source, records, 'ipc', ipc FROM received
    UNION ALL SELECT source, records, 'applicants', applicants FROM received
    UNION ALL SELECT source, records, 'titles', titles FROM received
), expected AS (
    SELECT
        t.source, t.field, t.records, t.found * 1.0 / t.records AS share,
        CAST(json_extract_string(s.capabilities, '$.expectations.' || t.field || '.min_share') AS DOUBLE) AS at_least,
        CAST(json_extract_string(s.capabilities, '$.expectations.' || t.field || '.max_share') AS DOUBLE) AS at_most
    FROM stated AS t JOIN sources AS s ON s.source = t.source
    WHERE t.records >= 100  -- of fewer a share says nothing
)
SELECT source, field, records, round(share, 4) AS share, at_least, at_most FROM expected
WHERE share < at_least OR share > at_most
