-- Grain: one row per level, area, period and category, with all categories together as 'all'.
-- Unit: days from report to closing, median over the closed cases that occurred in the period. It does not add up.
WITH latest AS (
    SELECT day, category, reported_at, closed_at, COLUMNS('^area_')
    FROM core_case
    WHERE day BETWEEN $first AND $last + INTERVAL 366 DAY AND date_trunc($period, day) BETWEEN $first AND $last
    QUALIFY row_number() OVER (PARTITION BY case_id, day ORDER BY updated_at DESC NULLS LAST, batch_id DESC) = 1
),
placed AS (
    FROM latest UNPIVOT INCLUDE NULLS (leaf FOR located IN (COLUMNS('^area_')))
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
    WHERE closed_at >= reported_at
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
