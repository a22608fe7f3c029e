-- Grain: one row per area that has units, and kind. Unit: units, as they stand within the boundaries of $as_of.
SELECT
    level AS leaf_level,
    area AS leaf,
    $as_of AS as_of,
    coalesce(kind, 'all') AS category,
    count(DISTINCT unit_id) AS n,
    CAST(0 AS BIGINT) AS k
FROM core_unit
GROUP BY GROUPING SETS ((level, area, kind), (level, area))
