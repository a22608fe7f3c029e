-- Grain: one row per located level, area (empty: unlocated), day and kind of count. Unit: passages.
-- A count without coordinates of its own lies where the registry last saw its checkpoint.
WITH registry AS (
    SELECT checkpoint_id, located, arg_max(area, seen_on) AS area
    FROM (
        FROM (SELECT checkpoint_id, seen_on, COLUMNS('^area_') FROM core_checkpoint)
        UNPIVOT (area FOR located IN (COLUMNS('^area_')))
    )
    GROUP BY ALL
),
counted AS (
    FROM (SELECT checkpoint_id, day, category, passages, COLUMNS('^area_') FROM core_checkpoint_hour)
    UNPIVOT INCLUDE NULLS (own FOR located IN (COLUMNS('^area_')))
)
SELECT
    'passage_count' AS measure,
    substr(counted.located, 6) AS leaf_level,
    coalesce(counted.own, registry.area) AS leaf,
    counted.day,
    counted.category,
    CAST(sum(counted.passages) AS BIGINT) AS n,
    CAST(0 AS BIGINT) AS k
FROM counted
LEFT JOIN registry USING (checkpoint_id, located)
GROUP BY ALL
