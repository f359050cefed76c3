-- name: sentinels_differ
-- meaning: A source answers about known publications otherwise than it did: it has ended, lost a field or changed its format.
-- blocking: no
SELECT source, kind, question, item, was, found FROM sentinel_findings WHERE run_id = $run_id AND kind <> 'new'
