-- Grain: one row per measure, located level, area (empty: unlocated), day and category. Unit: cases.
-- Reads latest_case: a case that was delivered again counts once.
WITH placed AS (
    FROM (SELECT day, category, accepted_at, filed_at, closed_at, COLUMNS('^area_') FROM latest_case)
    UNPIVOT INCLUDE NULLS (leaf FOR located IN (COLUMNS('^area_')))
),
counted AS (
    SELECT
        substr(located, 6) AS leaf_level, leaf, day, category, count(*) AS incidents,
        count(accepted_at) AS accepted, count(filed_at) AS filed, count(closed_at) AS closed
    FROM placed
    GROUP BY ALL
)
SELECT 'incident_count' AS measure, leaf_level, leaf, day, category, incidents AS n, CAST(0 AS BIGINT) AS k
FROM counted
UNION ALL
SELECT 'accepted_count' AS measure, leaf_level, leaf, day, category, accepted AS n, CAST(0 AS BIGINT) AS k
FROM counted
WHERE accepted > 0
UNION ALL
SELECT 'filed_count' AS measure, leaf_level, leaf, day, category, filed AS n, CAST(0 AS BIGINT) AS k
FROM counted
WHERE filed > 0
UNION ALL
SELECT 'closed_count' AS measure, leaf_level, leaf, day, category, closed AS n, CAST(0 AS BIGINT) AS k
FROM counted
WHERE closed > 0
