-- name: needs
-- grain: one row per thing worth asking EPO OPS about one publication, most valuable first
-- columns: purpose (citing, claims, legal, family), publication_number, value (share of a placement's open question one
--   family answers: uncertainty of its technology's placement / families of the technology, 0..1)
-- params: $source, $run (the run that asks)
-- needs: current_records, family_of (temp): what sources said so far, before anything of this run is merged
WITH asked AS (
    SELECT purpose, publication_number FROM enrichments WHERE source = $source
), last_run AS (
    SELECT max(run_id) AS run_id FROM run_placements WHERE frame = 'relative' AND origin = 'live'
), certain AS (
    SELECT technology_id, greatest(p_assault, p_disrupt, p_entrench, p_position) AS probability
    FROM run_certainty WHERE frame = 'relative' AND run_id = (SELECT run_id FROM last_run)
), uncertainty AS (
    -- The nearer a technology is to a line, or the less sure its quadrant, the more one family can change.
    SELECT p.technology_id, coalesce(1 - c.probability, 0.02 / (p.distance + 0.02), 1.0) + 0.001 AS open_question
    FROM run_placements AS p LEFT JOIN certain AS c ON c.technology_id = p.technology_id
    WHERE p.frame = 'relative' AND p.run_id = (SELECT run_id FROM last_run)
), hit AS (
    SELECT DISTINCT h.technology_id, f.family_key
    FROM source_hits AS h JOIN family_of AS f ON f.publication_number = h.publication_number
    -- Hits of earlier runs have been read locally: only those that belong are worth asking about.
    WHERE h.withdrawn_run IS NULL AND (h.run_id = $run OR EXISTS (
        FROM memberships AS m WHERE m.technology_id = h.technology_id AND m.query_hash = h.query_hash
        AND m.publication_number = h.publication_number
    ))
), technology AS (
    SELECT h.technology_id, coalesce(u.open_question, 1.0) / count(*) AS value
    FROM hit AS h LEFT JOIN uncertainty AS u ON u.technology_id = h.technology_id
    GROUP BY h.technology_id, u.open_question
), family AS (
    SELECT h.family_key, max(t.value) AS value
    FROM hit AS h JOIN technology AS t ON t.technology_id = h.technology_id GROUP BY h.family_key
), publication AS (
    SELECT publication_number, any_value(authority) AS country, any_value(kind) AS kind,
           min(publication_date) AS publication_date, bool_or(claim_count IS NOT NULL) AS claims_known,
           bool_or(cited_by IS NOT NULL) AS cited_by_known, bool_or(legal_events IS NOT NULL) AS legal_known
    FROM current_records GROUP BY publication_number
), member AS (
    SELECT
        f.family_key, f.value, p.publication_number, p.country, p.kind, p.cited_by_known, p.legal_known, o.basis,
        bool_or(p.claims_known) OVER (PARTITION BY f.family_key) AS claims_known,
        row_number() OVER (PARTITION BY f.family_key ORDER BY p.publication_date NULLS LAST, p.publication_number) AS place
    FROM family AS f
    JOIN family_of AS o ON o.family_key = f.family_key
    JOIN publication AS p ON p.publication_number = o.publication_number
), legal_known AS (
    SELECT family_key FROM member GROUP BY family_key HAVING bool_or(legal_known)
), need AS (
    SELECT 'citing' AS purpose, publication_number, value, family_key FROM member WHERE NOT cited_by_known
    UNION ALL
    -- Full text exists for these offices only (docs/sources.md, OPS); a family needs the claims of one member.
    SELECT 'claims', arg_min(publication_number, place), any_value(value), family_key FROM member
    WHERE NOT claims_known AND kind IS NOT NULL AND country IN (
        'EP', 'WO', 'AT', 'BE', 'BG', 'CA', 'CH', 'CY', 'CZ', 'DK', 'EE', 'ES', 'FR', 'GB', 'GR', 'HR', 'IE', 'IT', 'LT',
        'LU', 'MC', 'MD', 'ME', 'NO', 'PL', 'PT', 'RO', 'RS', 'SE', 'SK'
    )
    GROUP BY family_key
    UNION ALL
    -- One answer holds the legal events of all members.
    SELECT 'legal', publication_number, value, family_key FROM member
    WHERE place = 1 AND kind IS NOT NULL AND family_key NOT IN (SELECT family_key FROM legal_known)
    UNION ALL
    SELECT 'family', publication_number, value, family_key FROM member
    WHERE place = 1 AND kind IS NOT NULL AND basis = 'single'
)
SELECT n.purpose, n.publication_number, n.value
FROM need AS n ANTI JOIN asked AS a ON a.purpose = n.purpose AND a.publication_number = n.publication_number
ORDER BY n.value DESC, n.family_key, n.purpose, n.publication_number
