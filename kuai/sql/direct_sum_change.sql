-- Grain: one row per cell of a measure that is counted from rows whose count is another than before.
-- Unit: that of the measure; n is by how much it changed. Reads direct and direct_before: the cells of the touched rows
-- alone, as they are now and as they were.
SELECT measure, level, area, period, start, category, CAST(sum(n) AS BIGINT) AS n
FROM (
    SELECT measure, level, area, period, start, category, value AS n FROM direct
    UNION ALL
    SELECT measure, level, area, period, start, category, -value AS n FROM direct_before
)
GROUP BY ALL
HAVING sum(n) <> 0
