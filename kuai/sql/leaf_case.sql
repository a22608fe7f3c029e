-- Grain: one row per measure, located level, area (empty: unlocated), day and category. Unit: cases.
-- A case that was delivered again counts once, as its source last changed it.
WITH latest AS (
    SELECT day, category, closed_at, COLUMNS('^area_')
    FROM core_case
    QUALIFY row_number() OVER (PARTITION BY case_id, day ORDER BY updated_at DESC NULLS LAST, batch_id DESC) = 1
),
placed AS (
    FROM latest UNPIVOT INCLUDE NULLS (leaf FOR located IN (COLUMNS('^area_')))
),
counted AS (
    SELECT substr(located, 6) AS leaf_level, leaf, day, category, count(*) AS incidents, count(closed_at) AS closed
    FROM placed
    GROUP BY ALL
)
SELECT 'incident_count' AS measure, leaf_level, leaf, day, category, incidents AS n, CAST(0 AS BIGINT) AS k
FROM counted
UNION ALL
SELECT 'closed_count' AS measure, leaf_level, leaf, day, category, closed AS n, CAST(0 AS BIGINT) AS k
FROM counted
WHERE closed > 0
