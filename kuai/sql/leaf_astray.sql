-- One row per located level and highest level below the city, of leaf counts that have no way up to it on their day: the
-- areas they are in, and their sum. Unit: that of the measure.
-- Reads leaf, path and top(leaf_level, level).
SELECT
    top.leaf_level,
    top.level,
    count(DISTINCT leaf.leaf) AS areas,
    CAST(sum(leaf.n) AS BIGINT) AS n
FROM leaf
JOIN top ON top.leaf_level = leaf.leaf_level
ANTI JOIN path
    ON path.leaf_level = top.leaf_level
    AND path.leaf = leaf.leaf
    AND path.level = top.level
    AND leaf.day BETWEEN path.valid_from AND path.valid_to
WHERE leaf.measure = $measure
  AND leaf.leaf IS NOT NULL
  AND leaf.n > 0
GROUP BY top.leaf_level, top.level
ORDER BY top.leaf_level, top.level
