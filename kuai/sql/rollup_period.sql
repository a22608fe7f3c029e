-- Grain: one row per measure, level, area, period and category, with the total over categories as 'all', of the
-- periods that have cells of their own.
-- Unit: that of the measure.
SELECT
    expanded.measure,
    expanded.level,
    expanded.area,
    $period AS period,
    CAST(date_trunc($period, expanded.start) AS DATE) AS start,
    coalesce(expanded.category, 'all') AS category,
    CAST(sum(expanded.n) AS BIGINT) AS n,
    CAST(sum(expanded.k) AS BIGINT) AS k
FROM expanded
JOIN released
    ON released.measure = expanded.measure
    AND released.level = expanded.level
    AND released.period = $period
    AND released.summed_from IS NULL
WHERE date_trunc($period, expanded.start) BETWEEN $first AND $last
GROUP BY GROUPING SETS (
    (expanded.measure, expanded.level, expanded.area, CAST(date_trunc($period, expanded.start) AS DATE), expanded.category),
    (expanded.measure, expanded.level, expanded.area, CAST(date_trunc($period, expanded.start) AS DATE))
)
