-- Grain: one row per measure, level, area, day of the stock and category. Unit: that of the measure.
-- Of several days within a level's rhythm only the first is released, by category that of its breakdown: the one that was
-- published first, or else the earliest. Every level is summed from the leaves; a leaf that belongs to no area of a level still counts at the root.
WITH stood AS (
    SELECT
        leaf_level,
        as_of,
        make_date(year(as_of), (month(as_of) - 1) // 6 * 6 + 1, 1) AS half
    FROM (SELECT DISTINCT leaf_level, as_of FROM leaf)
),
bucketed AS (
    SELECT
        wanted.measure,
        wanted.level,
        wanted.leaf_level,
        wanted.is_root,
        stood.as_of,
        coalesce(published_day.place, 2147483647) AS place,
        CASE wanted.rhythm WHEN 'half' THEN half ELSE date_trunc(wanted.rhythm, stood.as_of) END AS span,
        CASE wanted.breakdown WHEN 'half' THEN half ELSE date_trunc(wanted.breakdown, stood.as_of) END AS group_span
    FROM wanted
    JOIN stood ON stood.leaf_level = wanted.leaf_level
    LEFT JOIN published_day ON published_day.as_of = stood.as_of
),
chosen AS (
    SELECT
        measure,
        level,
        leaf_level,
        is_root,
        as_of,
        as_of = first_value(as_of) OVER (PARTITION BY measure, level, span ORDER BY place, as_of) AS has_total,
        as_of = first_value(as_of) OVER (PARTITION BY measure, level, group_span ORDER BY place, as_of) AS has_groups
    FROM bucketed
),
carried AS (
    SELECT chosen.measure, chosen.level, path.area, leaf.as_of, leaf.category, leaf.n, leaf.k
    FROM leaf
    JOIN chosen
        ON chosen.leaf_level = leaf.leaf_level
        AND chosen.as_of = leaf.as_of
        AND CASE leaf.category WHEN 'all' THEN chosen.has_total ELSE chosen.has_groups END
        AND NOT chosen.is_root
    JOIN path
        ON path.leaf_level = leaf.leaf_level
        AND path.leaf = leaf.leaf
        AND path.level = chosen.level
        AND leaf.as_of BETWEEN path.valid_from AND path.valid_to
    UNION ALL
    SELECT chosen.measure, chosen.level, root.area, leaf.as_of, leaf.category, leaf.n, leaf.k
    FROM leaf
    JOIN chosen
        ON chosen.leaf_level = leaf.leaf_level
        AND chosen.as_of = leaf.as_of
        AND CASE leaf.category WHEN 'all' THEN chosen.has_total ELSE chosen.has_groups END
        AND chosen.is_root
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
FROM carried
GROUP BY ALL
