-- Grain: one row per measure, level, area, quarter or year ($period) and category. Unit: that of the measure.
-- Sums of the cells of its months, which is right only where cells are served as counted.
SELECT
    months.measure,
    months.level,
    months.area,
    $period AS period,
    CAST(date_trunc($period, months.start) AS DATE) AS start,
    months.category,
    CAST(sum(months.value) AS BIGINT) AS n,
    CAST(0 AS BIGINT) AS k
FROM months
JOIN released ON released.measure = months.measure AND released.level = months.level AND released.period = $period
WHERE months.measure IN (SELECT measure FROM wanted) AND date_trunc($period, months.start) BETWEEN $first AND $last
GROUP BY ALL
