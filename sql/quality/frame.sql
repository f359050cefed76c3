-- name: frame
-- grain: one row per family that may be drawn to judge a query: hits and near misses
-- columns: family_key, family_id, publication_number (shown to the judge), office, country (default chain), filing_date,
--   priority_date, is_linked (two citations or more join it to hits), kind (hit, unreturned, excluded, refused, one_clause, neighbour: the first that holds)
-- reads: technology and query: $technology, $query; near (family_key, unreturned, excluded, one_clause: verdicts of the text at hand)
WITH hits AS (
    SELECT DISTINCT family_key FROM family_memberships
    WHERE technology_id = $technology AND query_hash IN ($query, 'import')
), refused AS (
    SELECT DISTINCT p.family_key
    FROM source_hits AS h
    INNER JOIN publications AS p ON p.publication_number = h.publication_number
    WHERE h.technology_id = $technology AND h.query_hash IN ($query, 'import') AND h.withdrawn_run IS NULL
), linked AS (
    SELECT citing_family_key AS family_key, cited_family_key AS hit FROM family_citations
    WHERE cited_family_key IN (FROM hits)
    UNION
    SELECT cited_family_key, citing_family_key FROM family_citations WHERE citing_family_key IN (FROM hits)
), neighbours AS (
    SELECT family_key FROM linked GROUP BY family_key HAVING count(*) >= 2
), numbers AS (
    -- families known by citations alone have a number and nothing else
    SELECT cited_family_key AS family_key, min(cited_publication) AS publication_number FROM citations GROUP BY ALL
    UNION ALL
    SELECT citing_family_key, min(citing_publication) FROM citations GROUP BY ALL
), numbered AS (
    SELECT family_key, min(publication_number) AS publication_number FROM numbers GROUP BY family_key
), candidates AS (
    SELECT
        f.family_key,
        CASE
            WHEN f.family_key IN (FROM hits) THEN 'hit'
            WHEN n.unreturned THEN 'unreturned'
            WHEN n.excluded THEN 'excluded'
            WHEN f.family_key IN (FROM refused) THEN 'refused'
            WHEN n.one_clause THEN 'one_clause'
            WHEN f.family_key IN (FROM neighbours) THEN 'neighbour'
        END AS kind
    FROM families AS f
    LEFT JOIN near AS n ON n.family_key = f.family_key
)
SELECT
    c.family_key,
    f.family_id,
    coalesce(f.representative, p.publication_number) AS publication_number,
    split_part(coalesce(f.representative, p.publication_number), '-', 1) AS office,
    f.country,
    f.filing_date,
    f.priority_date,
    c.kind,
    c.family_key IN (FROM neighbours) AS is_linked
FROM candidates AS c
INNER JOIN families AS f ON f.family_key = c.family_key
LEFT JOIN numbered AS p ON p.family_key = c.family_key
WHERE c.kind IS NOT NULL AND coalesce(f.representative, p.publication_number) IS NOT NULL
ORDER BY f.family_id
