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
