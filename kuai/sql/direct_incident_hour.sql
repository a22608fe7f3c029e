-- Grain: one row per level, area, period and hour of the week, with all of them together as 'all'. Unit: cases.
-- A case lies in the hour of the city's time at which it happened: 1-00 is the first of Monday, 7-23 the last of Sunday.
-- What is given as midnight to the second may have come without any time: it counts for its day alone, as 1-unknown.
-- The root, the one row of root(area), counts unlocated cases too. Reads latest_case.
WITH timed AS (
    SELECT
        day,
        CAST(date_trunc($period, day) AS DATE) AS start,
        CAST(isodow(occurred_at) * 100 + CASE
            WHEN CAST(occurred_at AS TIME) = TIME '00:00:00' THEN 24
            ELSE hour(occurred_at)
        END AS SMALLINT) AS hour,
        COLUMNS('^area_')
    FROM latest_case
),
placed AS (
    FROM timed UNPIVOT (leaf FOR located IN (COLUMNS('^area_')))
),
chosen AS (
    SELECT wanted.level, wanted.leaf_level, wanted.is_root
    FROM wanted
    JOIN released USING (measure, level, leaf_level)
    WHERE measure = 'incident_hour_count' AND released.period = $period AND released.summed_from IS NULL
),
way AS MATERIALIZED (
    SELECT 'area_' || path.leaf_level AS located, path.leaf, path.level, path.area, path.valid_from, path.valid_to
    FROM path
    JOIN chosen USING (level, leaf_level)
    WHERE NOT chosen.is_root AND path.valid_to >= $first
),
counted AS (
    SELECT way.level, way.area, placed.start, placed.hour, count(*) AS n
    FROM placed
    JOIN way
        ON way.located = placed.located
        AND way.leaf = placed.leaf
        AND placed.day BETWEEN way.valid_from AND way.valid_to
    GROUP BY ALL
    UNION ALL
    SELECT chosen.level, root.area, timed.start, timed.hour, count(*) AS n
    FROM timed
    JOIN chosen ON chosen.is_root
    CROSS JOIN root
    GROUP BY ALL
)
SELECT
    'incident_hour_count' AS measure,
    level,
    area,
    $period AS period,
    start,
    CASE
        WHEN hour IS NULL THEN 'all'
        WHEN hour % 100 = 24 THEN hour // 100 || '-unknown'
        ELSE hour // 100 || '-' || lpad(CAST(hour % 100 AS VARCHAR), 2, '0')
    END AS category,
    CAST(sum(n) AS DOUBLE) AS value
FROM counted
GROUP BY GROUPING SETS ((level, area, start, hour), (level, area, start))
