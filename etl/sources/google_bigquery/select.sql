WITH stated AS (
  SELECT
    {read}
  FROM `{table}`
  WHERE publication_date BETWEEN {first} AND {last}
), judged AS (
  SELECT
    {judged}
  FROM stated
), found AS (
  SELECT {shown} FROM judged WHERE {any_of}
), families AS (
  SELECT family_id, ARRAY_AGG(publication_number) AS family_members
  FROM `{table}`
  WHERE family_id NOT IN ('-1', '0', '') AND family_id IN (SELECT family_id FROM found)
  GROUP BY family_id
), citing AS (
  SELECT cited, ARRAY_AGG(STRUCT(publication_number, publication_date)) AS cited_by
  FROM (
    SELECT DISTINCT cites.publication_number AS cited, t.publication_number, t.publication_date
    FROM `{table}` AS t, UNNEST(t.citation) AS cites
    WHERE cites.publication_number IN (SELECT publication_number FROM found)
  )
  GROUP BY cited
)
SELECT
  {found},
  families.family_members,
  citing.cited_by
FROM found
LEFT JOIN families ON families.family_id = found.family_id
LEFT JOIN citing ON citing.cited = found.publication_number
