-- Grain: one row per level, area, period and category, with all categories together as 'all'.
-- Unit: distinct persons with an event in the area and the period; k is the sum of their record keys. It does not add up:
-- a person with several events, of whatever days, kinds and blocks, counts once in each cell.
-- The root, the one row of root(area), counts persons in blocks that no area has too.
WITH happened AS (
    SELECT DISTINCT area AS leaf, day, CAST(date_trunc($period, day) AS DATE) AS start, kind AS category, pid, rkey
    FROM core_population_event
    WHERE day BETWEEN $first AND $last + INTERVAL 366 DAY AND date_trunc($period, day) BETWEEN $first AND $last
),
chosen AS (
    SELECT DISTINCT level, leaf_level FROM released WHERE measure = 'population_event_count' AND period = $period
),
top AS (
    SELECT path.level FROM path JOIN root ON path.area = root.area
    EXCEPT
    SELECT path.level FROM path JOIN root ON path.area <> root.area
),
carried AS (
    SELECT chosen.level, path.area, happened.start, happened.category, happened.pid, happened.rkey
    FROM happened
    JOIN path ON path.leaf = happened.leaf AND happened.day BETWEEN path.valid_from AND path.valid_to
    JOIN chosen ON chosen.leaf_level = path.leaf_level AND chosen.level = path.level
    WHERE chosen.level NOT IN (FROM top)
    UNION ALL
    SELECT chosen.level, root.area, happened.start, happened.category, happened.pid, happened.rkey
    FROM happened
    CROSS JOIN root
    JOIN chosen ON chosen.level IN (FROM top)
)
SELECT
    'population_event_count' AS measure,
    level,
    area,
    $period AS period,
    start,
    coalesce(category, 'all') AS category,
    count(DISTINCT pid) AS n,
    CAST(sum(DISTINCT rkey) AS BIGINT) AS k
FROM carried
GROUP BY GROUPING SETS ((level, area, start, category), (level, area, start))
