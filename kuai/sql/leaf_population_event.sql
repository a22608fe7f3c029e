-- Grain: one row per block, day and kind of event. Unit: distinct persons; k is the sum of their record keys.
SELECT
    'population_event_count' AS measure,
    $leaf_level AS leaf_level,
    area AS leaf,
    day,
    kind AS category,
    count(DISTINCT pid) AS n,
    CAST(sum(DISTINCT rkey) AS BIGINT) AS k
FROM core_population_event
GROUP BY ALL
