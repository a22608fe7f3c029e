-- Grain: one row per measure, leaf area, day and category whose count is another than before.
-- Unit: that of the measure; n and k are by how much they changed.
SELECT measure, leaf_level, leaf, day, category, CAST(sum(n) AS BIGINT) AS n, CAST(sum(k) AS BIGINT) AS k
FROM (
    SELECT measure, leaf_level, leaf, day, category, n, k FROM counts_now
    UNION ALL
    SELECT measure, leaf_level, leaf, day, category, -n, -k FROM counts_before
)
GROUP BY ALL
HAVING sum(n) <> 0
