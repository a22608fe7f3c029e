-- Grain: one row per level, area, period and category, with all categories together as 'all'.
-- Unit: days from report to closing, median over the closed cases that occurred in the period. It does not add up.
-- Reads latest_case.
WITH placed AS (
    FROM (SELECT day, category, reported_at, closed_at, COLUMNS('^area_') FROM latest_case WHERE closed_at >= reported_at)
    UNPIVOT INCLUDE NULLS (leaf FOR located IN (COLUMNS('^area_')))
),
handled AS (
    SELECT
        substr(located, 6) AS leaf_level,
        leaf,
        day,
        category,
        CAST(date_trunc($period, day) AS DATE) AS start,
        epoch(closed_at - reported_at) / 86400 AS days
    FROM placed
),
way AS (
    SELECT path.*
    FROM path
    JOIN released USING (level, leaf_level)
    WHERE released.measure = 'median_handling_days' AND released.period = $period AND path.valid_to >= $first
),
carried AS (
    SELECT way.level, way.area, handled.start, handled.category, handled.days
    FROM handled
    JOIN way
        ON way.leaf_level = handled.leaf_level
        AND way.leaf = handled.leaf
        AND handled.day BETWEEN way.valid_from AND way.valid_to
)
SELECT
    'median_handling_days' AS measure,
    level,
    area,
    $period AS period,
    start,
    coalesce(category, 'all') AS category,
    median(days) AS value
FROM carried
GROUP BY GROUPING SETS ((level, area, start, category), (level, area, start))
