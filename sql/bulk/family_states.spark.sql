-- name: family_states
-- engines: Spark (twin of marts/family_states.sql)
-- grain: one row per family and interval in which nothing about it changed
-- needs: members, legal_events, publications
WITH ends AS (
    -- a regional right said to be dead that only lapsed state by state ended with the last of those lapses
    SELECT e.family_key, e.publication_number, max(e.event_date) AS d
    FROM legal_events AS e JOIN members AS m ON m.publication_number = e.publication_number
    WHERE e.event_date IS NOT NULL AND e.category IN ('lapse', 'partial_lapse') AND m.legal_status = 'inactive' AND m.lapse_date IS NULL
    GROUP BY e.family_key, e.publication_number HAVING bool_and(e.category = 'partial_lapse')
), turning AS (
    SELECT family_key, publication_date AS d FROM members
    UNION
    SELECT family_key, lapse_date FROM members WHERE lapse_date IS NOT NULL
    UNION
    SELECT family_key, d FROM ends
    UNION
    SELECT family_key, event_date FROM legal_events
    WHERE event_date IS NOT NULL
        AND category IN ('lapse', 'restoration', 'grant', 'litigation', 'invalidation', 'pledge', 'licence', 'assignment', 'inventor_assignment')
), bounded AS (
    SELECT t.family_key, t.d FROM turning AS t
    JOIN (SELECT family_key, min(publication_date) AS born FROM members GROUP BY family_key) AS b ON b.family_key = t.family_key AND t.d >= b.born
), events AS (
    -- an undated event counts from the publication on: it cannot be shown to be later
    SELECT
        publication_number, min(coalesce(event_date, DATE '0001-01-01')) FILTER (WHERE category <> 'inventor_assignment') AS event_from,
        min(coalesce(event_date, DATE '0001-01-01')) FILTER (WHERE category = 'inventor_assignment') AS assigned_from
    FROM legal_events
    WHERE category IN ('litigation', 'invalidation', 'pledge', 'licence', 'assignment', 'inventor_assignment') GROUP BY publication_number
), dated AS (
    SELECT publication_number, event_date AS d, category <> 'lapse' AS alive FROM legal_events
    WHERE event_date IS NOT NULL AND category IN ('lapse', 'restoration', 'grant')
    UNION
    SELECT publication_number, lapse_date, false FROM members WHERE lapse_date IS NOT NULL
    UNION
    SELECT publication_number, d, false FROM ends
), changes AS (
    -- when it lapsed and revived, of publications that ever lapsed by a dated event; what the present status contradicts is left out
    SELECT x.publication_number, array_sort(collect_list(struct(x.d, x.alive))) AS changes
    FROM (
        SELECT
            y.publication_number, y.d, y.alive, m.legal_status, max(CASE WHEN y.alive THEN y.d END) OVER (PARTITION BY y.publication_number) AS last_alive,
            bool_or(NOT y.alive) OVER (PARTITION BY y.publication_number) AS lapsed
        FROM dated AS y JOIN members AS m ON m.publication_number = y.publication_number
    ) AS x
    WHERE x.lapsed AND (x.alive OR x.legal_status IS DISTINCT FROM 'active' AND x.legal_status IS DISTINCT FROM 'pending' OR x.d <= x.last_alive)
    GROUP BY x.publication_number
), grants AS (
    -- when the right was granted: the first publication of a grant, or a dated event that says so, of any publication of the application
    SELECT application, min(d) AS granted_from
    FROM (
        SELECT coalesce(application_number, publication_number) AS application, publication_date AS d FROM publications WHERE publication_type = 'grant'
        UNION ALL
        SELECT coalesce(p.application_number, p.publication_number), e.event_date
        FROM legal_events AS e JOIN publications AS p ON p.publication_number = e.publication_number WHERE e.category = 'grant'
    )
    WHERE d IS NOT NULL GROUP BY application
), spans AS (
    SELECT family_key, d AS valid_from, coalesce(lead(d) OVER (PARTITION BY family_key ORDER BY d), DATE '9999-12-31') AS valid_to FROM bounded
), joined AS (
    SELECT
        s.family_key, s.valid_from, s.valid_to, m.publication_number, m.member_order, m.publication_date, m.publication_type, m.office, m.filing_date, m.priority_date,
        m.priority_country, m.residence, m.countries, m.stated_subclass, m.main_subclass, m.claim_count, m.is_pct, m.legal_status, m.has_legal_event, m.application,
        e.event_from, e.assigned_from,
        -- the last change up to then; a right said to be dead whose last dated event is none of its end is dead since nobody knows when
        CASE
            WHEN m.legal_status = 'inactive' AND try_element_at(c.changes, -1).alive AND try_element_at(c.changes, -1).d <= s.valid_from THEN false
            ELSE coalesce(try_element_at(filter(c.changes, x -> x.d <= s.valid_from), -1).alive, c.changes IS NOT NULL AND get(c.changes, 0).d > s.valid_from)
        END AS alive,
        c.changes IS NOT NULL AS is_dated
    FROM spans AS s
    JOIN members AS m ON m.family_key = s.family_key AND m.publication_date <= s.valid_from
    LEFT JOIN events AS e ON e.publication_number = m.publication_number
    LEFT JOIN changes AS c ON c.publication_number = m.publication_number
), judged AS (
    SELECT
        family_key, valid_from, application, publication_date, publication_type, legal_status,
        CASE WHEN is_dated THEN alive ELSE legal_status IN ('active', 'pending') END AS alive,
        CASE WHEN coalesce(event_from <= valid_from, false) THEN true WHEN has_legal_event IS NOT NULL THEN false END AS has_event,
        CASE WHEN coalesce(assigned_from <= valid_from, false) THEN true WHEN has_legal_event IS NOT NULL THEN false END AS is_assigned
    FROM joined
), publication AS (
    -- an application and its grant are one right: an event on one is an event on both, and what one does not say the other does
    SELECT
        family_key, valid_from, min(publication_date) AS published, has_patent, has_utility_model, in_force, has_legal_event, has_inventor_assignment
    FROM (
        SELECT
            family_key, valid_from, publication_date, publication_type IN ('application', 'grant') AS has_patent, publication_type = 'utility_model' AS has_utility_model,
            coalesce(alive, bool_or(alive) OVER one_right) AS in_force, bool_or(has_event) OVER one_right AS has_legal_event,
            bool_or(is_assigned) OVER one_right AS has_inventor_assignment
        FROM judged WINDOW one_right AS (PARTITION BY family_key, valid_from, application)
    )
    GROUP BY family_key, valid_from, has_patent, has_utility_model, in_force, has_legal_event, has_inventor_assignment
), rights AS (
    -- an international application, a utility model and a design are no granted patent; what is dead, pending or granted later is none yet
    SELECT
        j.family_key, j.valid_from,
        CASE
            WHEN startswith(j.application, 'WO-') OR bool_and(coalesce(j.publication_type IN ('utility_model', 'design'), false)) THEN false
            WHEN NOT bool_or(j.alive) OR max(g.granted_from) > j.valid_from THEN false
            WHEN max(g.granted_from) <= j.valid_from THEN bool_or(j.alive)
            WHEN bool_or(j.legal_status = 'pending') THEN false
        END AS grant_in_force
    FROM judged AS j LEFT JOIN grants AS g ON g.application = j.application
    GROUP BY j.family_key, j.valid_from, j.application
), granted AS (
    SELECT
        family_key, valid_from,
        CASE WHEN bool_or(grant_in_force) THEN true WHEN count(*) = count(grant_in_force) THEN false END AS grant_in_force
    FROM rights GROUP BY family_key, valid_from
), verdicts AS (
    -- sorted with the unknown last
    SELECT
        family_key, valid_from,
        transform(
            array_sort(collect_list(struct(
                published, has_patent IS NULL AS u1, has_patent, has_utility_model IS NULL AS u2, has_utility_model, in_force IS NULL AS u3, in_force,
                has_legal_event IS NULL AS u4, has_legal_event, has_inventor_assignment IS NULL AS u5, has_inventor_assignment
            ))),
            x -> named_struct(
                'published', x.published, 'has_patent', x.has_patent, 'has_utility_model', x.has_utility_model,
                'in_force', x.in_force, 'has_legal_event', x.has_legal_event, 'has_inventor_assignment', x.has_inventor_assignment
            )
        ) AS publication_states
    FROM publication GROUP BY family_key, valid_from
), states AS (
    SELECT
        family_key, valid_from, valid_to,
        min(filing_date) AS filing_date, min(priority_date) AS priority_date,
        min_by(residence, member_order) FILTER (WHERE residence IS NOT NULL) AS residence_country,
        coalesce(min_by(priority_country, struct(coalesce(priority_date, DATE '9999-12-31'), member_order)) FILTER (WHERE priority_country <> 'XX'), max(priority_country)) AS priority_country,
        min_by(office, member_order) FILTER (WHERE office IS NOT NULL) AS office_country,
        min_by(countries, member_order) FILTER (WHERE countries IS NOT NULL) AS applicant_countries,
        min_by(main_subclass, member_order) FILTER (WHERE main_subclass IS NOT NULL) AS main_subclass,
        min_by(stated_subclass, member_order) FILTER (WHERE main_subclass IS NOT NULL) AS stated_subclass,
        min_by(claim_count, member_order) FILTER (WHERE claim_count IS NOT NULL) AS claim_count,
        bool_or(is_pct) AS is_pct,
        CASE WHEN bool_or(publication_type IN ('application', 'grant')) THEN true WHEN count(*) = count(publication_type) THEN false END AS has_patent,
        CASE WHEN bool_or(publication_type = 'utility_model') THEN true WHEN count(*) = count(publication_type) THEN false END AS has_utility_model,
        CASE
            WHEN bool_or(CASE WHEN is_dated THEN alive ELSE legal_status IN ('active', 'pending') END) THEN true
            WHEN count(*) = count(CASE WHEN is_dated THEN 'known' ELSE legal_status END) THEN false
        END AS in_force,
        CASE WHEN bool_or(coalesce(event_from <= valid_from, false)) THEN true WHEN count(*) = count(has_legal_event) THEN false END AS has_legal_event,
        CASE WHEN bool_or(coalesce(assigned_from <= valid_from, false)) THEN true WHEN count(*) = count(has_legal_event) THEN false END AS has_inventor_assignment
    FROM joined GROUP BY family_key, valid_from, valid_to
)
SELECT s.*, g.grant_in_force, v.publication_states
FROM states AS s
JOIN verdicts AS v ON v.family_key = s.family_key AND v.valid_from = s.valid_from
JOIN granted AS g ON g.family_key = s.family_key AND g.valid_from = s.valid_from
