-- Grain: one row per measure, level, area, day of the stock and category. Unit: that of the measure.
-- Of several days within a level's rhythm only the first is released. Every level is summed from the leaves; a leaf that belongs to no area of a level still counts at the root.
WITH carried AS (
    SELECT wanted.measure, wanted.level, wanted.rhythm, path.area, leaf.as_of, leaf.category, leaf.n, leaf.k
    FROM leaf
    JOIN wanted ON wanted.leaf_level = leaf.leaf_level AND NOT wanted.is_root
    JOIN path
        ON path.leaf_level = leaf.leaf_level
        AND path.leaf = leaf.leaf
        AND path.level = wanted.level
        AND leaf.as_of BETWEEN path.valid_from AND path.valid_to
    UNION ALL
    SELECT wanted.measure, wanted.level, wanted.rhythm, root.area, leaf.as_of, leaf.category, leaf.n, leaf.k
    FROM leaf
    JOIN wanted ON wanted.leaf_level = leaf.leaf_level AND wanted.is_root
    CROSS JOIN root
)
SELECT
    measure,
    level,
    area,
    'stock' AS period,
    as_of AS start,
    category,
    CAST(sum(n) AS BIGINT) AS n,
    CAST(sum(k) AS BIGINT) AS k
FROM (
    SELECT * FROM carried
    QUALIFY as_of = min(as_of) OVER (PARTITION BY measure, level, date_trunc(rhythm, as_of))
)
GROUP BY ALL
