-- name: family_states
-- target: family_states
-- grain: one row per family and interval in which nothing about it changed
-- needs: members, publications, legal_events
WITH ends AS (
    -- a regional right said to be dead that only lapsed state by state ended with the last of those lapses
    SELECT e.family_key, e.publication_number, max(e.event_date) AS d
    FROM legal_events AS e JOIN members AS m ON m.publication_number = e.publication_number
    WHERE e.event_date IS NOT NULL AND e.category IN ('lapse', 'partial_lapse') AND m.legal_status = 'inactive' AND m.lapse_date IS NULL
    GROUP BY ALL HAVING bool_and(e.category = 'partial_lapse')
), turning AS (
    SELECT family_key, publication_date AS d FROM members
    UNION
    SELECT family_key, lapse_date FROM members WHERE lapse_date IS NOT NULL
    UNION
    SELECT family_key, d FROM ends
    UNION
    SELECT family_key, event_date FROM legal_events WHERE event_date IS NOT NULL AND category IN ('lapse', 'restoration', 'grant')
    UNION
    SELECT family_key, event_date FROM legal_events
    WHERE event_date IS NOT NULL AND category IN ('litigation', 'invalidation', 'pledge', 'licence', 'assignment', 'inventor_assignment')
), bounded AS (
    SELECT t.family_key, t.d FROM turning AS t
    JOIN (SELECT family_key, min(publication_date) AS born FROM members GROUP BY family_key) AS b ON b.family_key = t.family_key AND t.d >= b.born
), events AS (
    -- an undated event counts from the publication on: it cannot be shown to be later
    SELECT publication_number, min(coalesce(event_date, DATE '0001-01-01')) FILTER (WHERE category <> 'inventor_assignment') AS event_from,
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
    SELECT x.publication_number, list({'d': x.d, 'alive': x.alive} ORDER BY x.d, x.alive) AS changes
    FROM (
        SELECT dated.*, max(CASE WHEN alive THEN d END) OVER (PARTITION BY dated.publication_number) AS last_alive,
               bool_or(NOT alive) OVER (PARTITION BY dated.publication_number) AS lapsed, m.legal_status
        FROM dated JOIN members AS m ON m.publication_number = dated.publication_number
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
    ) AS found
    WHERE d IS NOT NULL GROUP BY application
), spans AS (
    SELECT family_key, d AS valid_from, coalesce(lead(d) OVER (PARTITION BY family_key ORDER BY d), DATE '9999-12-31') AS valid_to FROM bounded
), joined AS (
    SELECT s.family_key, s.valid_from, s.valid_to, m.* EXCLUDE (family_key), e.event_from, e.assigned_from,
           -- the last change up to then; a right said to be dead whose last dated event is none of its end is dead since nobody knows when
           CASE WHEN m.legal_status = 'inactive' AND c.changes[-1].alive AND c.changes[-1].d <= s.valid_from THEN false
                ELSE coalesce(list_filter(c.changes, lambda x: x.d <= s.valid_from)[-1].alive, c.changes IS NOT NULL AND c.changes[1].d > s.valid_from) END AS alive,
           c.changes IS NOT NULL AND len(c.changes) > 0 AS is_dated,
           coalesce(p.application_number, m.publication_number) AS application
    FROM spans AS s
    JOIN members AS m ON m.family_key = s.family_key AND m.publication_date <= s.valid_from
    JOIN publications AS p ON p.publication_number = m.publication_number
    LEFT JOIN events AS e ON e.publication_number = m.publication_number
    LEFT JOIN changes AS c ON c.publication_number = m.publication_number
), judged AS (
    SELECT family_key, valid_from, valid_to, application, publication_date, publication_type, legal_status,
           CASE WHEN is_dated THEN alive ELSE legal_status IN ('active', 'pending') END AS alive,
           CASE WHEN coalesce(event_from <= valid_from, false) THEN true WHEN has_legal_event IS NOT NULL THEN false END AS has_event,
           CASE WHEN coalesce(assigned_from <= valid_from, false) THEN true WHEN has_legal_event IS NOT NULL THEN false END AS is_assigned
    FROM joined
), publication AS (
    -- an application and its grant are one right: an event on one is an event on both, and what one does not say the other does
    SELECT family_key, valid_from, min(publication_date) AS published,
           publication_type IN ('application', 'grant') AS has_patent, publication_type = 'utility_model' AS has_utility_model,
           in_force, has_legal_event, has_inventor_assignment
    FROM (
        SELECT *, coalesce(alive, bool_or(alive) OVER one_right) AS in_force, bool_or(has_event) OVER one_right AS has_legal_event,
               bool_or(is_assigned) OVER one_right AS has_inventor_assignment
        FROM judged WINDOW one_right AS (PARTITION BY family_key, valid_from, application)
    )
    GROUP BY ALL
), rights AS (
    -- an international application, a utility model and a design are no granted patent; what is dead, pending or granted later is none yet
    SELECT j.family_key, j.valid_from,
           CASE WHEN starts_with(j.application, 'WO-') OR bool_and(coalesce(j.publication_type IN ('utility_model', 'design'), false)) THEN false
                WHEN NOT bool_or(j.alive) OR any_value(g.granted_from) > j.valid_from THEN false
                WHEN any_value(g.granted_from) <= j.valid_from THEN bool_or(j.alive)
                WHEN bool_or(j.legal_status = 'pending') THEN false END AS grant_in_force
    FROM judged AS j LEFT JOIN grants AS g ON g.application = j.application
    GROUP BY j.family_key, j.valid_from, j.application
), granted AS (
    SELECT family_key, valid_from,
           CASE WHEN bool_or(grant_in_force) THEN true WHEN count(*) = count(grant_in_force) THEN false END AS grant_in_force
    FROM rights GROUP BY family_key, valid_from
), verdicts AS (
    SELECT family_key, valid_from,
           list({'published': published, 'has_patent': has_patent, 'has_utility_model': has_utility_model,
                 'in_force': in_force, 'has_legal_event': has_legal_event, 'has_inventor_assignment': has_inventor_assignment}
                ORDER BY published, has_patent, has_utility_model, in_force, has_legal_event, has_inventor_assignment) AS publication_states
    FROM publication GROUP BY family_key, valid_from
)
SELECT j.family_key, j.valid_from, j.valid_to,
       min(filing_date) AS filing_date, min(priority_date) AS priority_date,
       arg_min(residence, member_order) FILTER (WHERE residence IS NOT NULL) AS residence_country,
       coalesce(arg_min(priority_country, (coalesce(priority_date, DATE '9999-12-31'), member_order)) FILTER (WHERE priority_country <> 'XX'), max(priority_country)) AS priority_country,
       arg_min(office, member_order) FILTER (WHERE office IS NOT NULL) AS office_country,
       arg_min(countries, member_order) FILTER (WHERE countries IS NOT NULL) AS applicant_countries,
       arg_min(main_subclass, member_order) FILTER (WHERE main_subclass IS NOT NULL) AS main_subclass,
       arg_min(stated_subclass, member_order) FILTER (WHERE main_subclass IS NOT NULL) AS stated_subclass,
       arg_min(claim_count, member_order) FILTER (WHERE claim_count IS NOT NULL) AS claim_count,
       bool_or(is_pct) AS is_pct,
       CASE WHEN bool_or(publication_type IN ('application', 'grant')) THEN true WHEN count(*) = count(publication_type) THEN false END AS has_patent,
       CASE WHEN bool_or(publication_type = 'utility_model') THEN true WHEN count(*) = count(publication_type) THEN false END AS has_utility_model,
       CASE WHEN bool_or(CASE WHEN is_dated THEN alive ELSE legal_status IN ('active', 'pending') END) THEN true
            WHEN count(*) = count(CASE WHEN is_dated THEN 'known' ELSE legal_status END) THEN false END AS in_force,
       CASE WHEN bool_or(coalesce(event_from <= j.valid_from, false)) THEN true WHEN count(*) = count(has_legal_event) THEN false END AS has_legal_event,
       CASE WHEN bool_or(coalesce(assigned_from <= j.valid_from, false)) THEN true WHEN count(*) = count(has_legal_event) THEN false END AS has_inventor_assignment,
       any_value(g.grant_in_force) AS grant_in_force,
       any_value(v.publication_states) AS publication_states
FROM joined AS j JOIN verdicts AS v ON v.family_key = j.family_key AND v.valid_from = j.valid_from
JOIN granted AS g ON g.family_key = j.family_key AND g.valid_from = j.valid_from
GROUP BY j.family_key, j.valid_from, j.valid_to
ORDER BY j.family_key, j.valid_from
