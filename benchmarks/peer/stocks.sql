-- counted: stocks at every level, each summed from the leaves; the whole counts what lies in no area, too.
CREATE OR REPLACE TABLE counted AS
SELECT
    measure, level, area, 'stock' AS period, as_of AS start, category,
    CAST(sum(n) AS BIGINT) AS n,
    CAST(sum(k) AS BIGINT) AS k
FROM (
    SELECT stock.measure, path.level, path.area, stock.as_of, stock.category, stock.n, stock.k
    FROM stock
    JOIN path
        ON path.leaf_level = stock.leaf_level
        AND path.leaf = stock.leaf
        AND stock.as_of BETWEEN path.valid_from AND path.valid_to
    WHERE path.level <> 'city'
    UNION ALL
    SELECT measure, 'city', 'shifan', as_of, category, n, k FROM stock
)
JOIN released USING (measure, level)
WHERE released.period = 'stock'
GROUP BY ALL;
