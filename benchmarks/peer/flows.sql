-- expanded: flows at every level, by day where days or weeks are released and else by month.
CREATE TABLE wanted AS
SELECT measure, level, bool_or(period IN ('day', 'week')) AS by_day FROM released GROUP BY measure, level;

CREATE TABLE expanded AS
SELECT
    measure,
    level,
    area,
    CASE WHEN by_day THEN day ELSE CAST(date_trunc('month', day) AS DATE) END AS start,
    category,
    CAST(sum(n) AS BIGINT) AS n,
    CAST(sum(k) AS BIGINT) AS k
FROM (
    SELECT wanted.by_day, leaf.measure, path.level, path.area, leaf.day, leaf.category, leaf.n, leaf.k
    FROM leaf
    JOIN wanted ON wanted.measure = leaf.measure AND wanted.level <> 'city'
    JOIN path
        ON path.leaf_level = 'block'
        AND path.level = wanted.level
        AND path.leaf = leaf.leaf
        AND leaf.day BETWEEN path.valid_from AND path.valid_to
    UNION ALL
    SELECT wanted.by_day, leaf.measure, 'city', 'shifan', leaf.day, leaf.category, leaf.n, leaf.k
    FROM leaf
    JOIN wanted ON wanted.measure = leaf.measure AND wanted.level = 'city'
)
GROUP BY ALL;

DROP TABLE leaf;
