-- name: nodes
-- engines: Spark (twin of marts/nodes.sql; a node is its number, so that no task has to see all of them)
-- grain: every number that occurs: publications harvested, members listed, far ends of citations
-- needs: current_records, citation_ends
SELECT publication_number, max(is_harvested) AS is_harvested
FROM (
    SELECT publication_number, true AS is_harvested FROM current_records
    UNION ALL SELECT explode(family_members), false FROM current_records
    UNION ALL SELECT citing, false FROM citation_ends
    UNION ALL SELECT cited, false FROM citation_ends
)
GROUP BY publication_number
