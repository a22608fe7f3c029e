-- Grain: one row per measure, leaf area, day and category of days that are taken over, with all that changed since.
-- Unit: that of the measure. Reads counts_kept (leaf counts, and by how much they changed).
SELECT measure, leaf_level, leaf, day, category, CAST(sum(n) AS BIGINT) AS n, CAST(sum(k) AS BIGINT) AS k
FROM counts_kept
GROUP BY ALL
HAVING sum(n) <> 0
