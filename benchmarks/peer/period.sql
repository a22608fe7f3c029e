-- counted: flows by the period in the variable `period`, where it is released, with the total over categories.
CREATE OR REPLACE TABLE counted AS
SELECT
    measure,
    level,
    area,
    getvariable('period') AS period,
    CAST(date_trunc(getvariable('period'), start) AS DATE) AS start,
    coalesce(category, 'all') AS category,
    CAST(sum(n) AS BIGINT) AS n,
    CAST(sum(k) AS BIGINT) AS k
FROM expanded
SEMI JOIN (SELECT measure, level FROM released WHERE period = getvariable('period') AND summed_from IS NULL) USING (measure, level)
GROUP BY GROUPING SETS (
    (measure, level, area, CAST(date_trunc(getvariable('period'), start) AS DATE), category),
    (measure, level, area, CAST(date_trunc(getvariable('period'), start) AS DATE))
);

-- Persons do not add up: in each area and period everybody to whom something happened counts once.
INSERT INTO counted
SELECT
    'population_event_count',
    level,
    area,
    getvariable('period'),
    start,
    coalesce(category, 'all'),
    count(DISTINCT pid),
    CAST(sum(DISTINCT rkey) AS BIGINT)
FROM (
    SELECT path.level, path.area, CAST(date_trunc(getvariable('period'), day) AS DATE) AS start, category, pid, rkey
    FROM happened
    JOIN path
        ON path.leaf_level = 'block'
        AND path.level <> 'city'
        AND path.leaf = block
        AND day BETWEEN path.valid_from AND path.valid_to
    UNION ALL
    SELECT 'city', 'shifan', CAST(date_trunc(getvariable('period'), day) AS DATE), category, pid, rkey
    FROM happened
)
SEMI JOIN (
    SELECT level FROM released WHERE measure = 'population_event_count' AND period = getvariable('period')
) AS wanted USING (level)
GROUP BY GROUPING SETS ((level, area, start, category), (level, area, start));

-- A median does not add up: every level and period is taken from the cases themselves.
INSERT INTO served
SELECT 'median_handling_days', level, area, getvariable('period'), start, coalesce(category, 'all'), median(days)
FROM (
    SELECT path.level, path.area, CAST(date_trunc(getvariable('period'), day) AS DATE) AS start, category, days
    FROM handled
    JOIN path ON path.leaf_level = 'block' AND path.leaf = block AND day BETWEEN path.valid_from AND path.valid_to
    SEMI JOIN (
        SELECT level FROM released WHERE measure = 'median_handling_days' AND period = getvariable('period') AND summed_from IS NULL
    ) AS wanted ON wanted.level = path.level
)
GROUP BY GROUPING SETS ((level, area, start, category), (level, area, start));

-- Hours of the week, from the cases as well: counted by block and day they would be as many as the cases.
INSERT INTO served
SELECT
    'incident_hour_count',
    level,
    area,
    getvariable('period'),
    start,
    CASE WHEN grouping(weekday) = 1 THEN 'all' ELSE weekday || '-' || coalesce(lpad(hour::VARCHAR, 2, '0'), 'unknown') END,
    sum(n)
FROM (
    SELECT path.level, path.area, CAST(date_trunc(getvariable('period'), day) AS DATE) AS start, isodow(day) AS weekday, hour, n
    FROM timed
    JOIN path
        ON path.leaf_level = 'block'
        AND path.level <> 'city'
        AND path.leaf = block
        AND day BETWEEN path.valid_from AND path.valid_to
    UNION ALL
    SELECT 'city', 'shifan', CAST(date_trunc(getvariable('period'), day) AS DATE), isodow(day), hour, n
    FROM timed
)
SEMI JOIN (
    SELECT level FROM released
    WHERE measure = 'incident_hour_count' AND period = getvariable('period') AND summed_from IS NULL
) AS wanted USING (level)
GROUP BY GROUPING SETS ((level, area, start, weekday, hour), (level, area, start));
