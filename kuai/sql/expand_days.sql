-- Grain: one row per measure, level, area, start and category. Unit: that of the measure.
-- Leaf counts carried to every level ($all_levels, else to those that days or weeks are released for), by day ($by_day)
-- or by month.
-- The root, the one row of root(area), counts unlocated rows too.
WITH stepped AS (
    SELECT
        leaf.measure,
        wanted.level,
        wanted.is_root,
        leaf.leaf_level,
        leaf.leaf,
        CASE WHEN $by_day THEN leaf.day ELSE CAST(date_trunc('month', leaf.day) AS DATE) END AS start,
        leaf.day,
        leaf.category,
        leaf.n,
        leaf.k
    FROM leaf
    JOIN wanted ON wanted.measure = leaf.measure AND wanted.leaf_level = leaf.leaf_level
    WHERE wanted.by_day OR $all_levels
),
carried AS (
    SELECT stepped.measure, stepped.level, path.area, stepped.start, stepped.category, stepped.n, stepped.k
    FROM stepped
    JOIN path
        ON path.leaf_level = stepped.leaf_level
        AND path.leaf = stepped.leaf
        AND path.level = stepped.level
        AND stepped.day BETWEEN path.valid_from AND path.valid_to
    WHERE NOT stepped.is_root
    UNION ALL
    SELECT stepped.measure, stepped.level, root.area, stepped.start, stepped.category, stepped.n, stepped.k
    FROM stepped
    CROSS JOIN root
    WHERE stepped.is_root
)
SELECT measure, level, area, start, category, CAST(sum(n) AS BIGINT) AS n, CAST(sum(k) AS BIGINT) AS k
FROM carried
GROUP BY ALL
