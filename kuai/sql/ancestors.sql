-- Grain: one row per area (leaf), area above it (itself included), and longest span of days in which the one lies in
-- the other. Reads core_area and level_rank(hierarchy, level, rank). Spans of one pair neither overlap nor touch,
-- though the pair may stand in two hierarchies with different spans.
WITH RECURSIVE node AS (
    SELECT DISTINCT
        hierarchy,
        rank,
        level,
        area,
        parent,
        valid_from,
        coalesce(valid_to, DATE '9999-12-31') AS valid_to
    FROM core_area
    JOIN level_rank USING (hierarchy, level)
),
climbed AS (
    SELECT hierarchy, level AS leaf_level, area AS leaf, rank, level, area, parent, valid_from, valid_to FROM node
    UNION
    SELECT
        climbed.hierarchy,
        climbed.leaf_level,
        climbed.leaf,
        node.rank,
        node.level,
        node.area,
        node.parent,
        greatest(climbed.valid_from, node.valid_from) AS valid_from,
        least(climbed.valid_to, node.valid_to) AS valid_to
    FROM climbed
    JOIN node
        ON node.hierarchy = climbed.hierarchy
        AND node.rank = climbed.rank - 1
        AND node.area = climbed.parent
        AND node.valid_from <= climbed.valid_to
        AND node.valid_to >= climbed.valid_from
),
spans AS (
    SELECT DISTINCT leaf_level, leaf, level, area, valid_from, valid_to FROM climbed
),
begun AS (
    SELECT
        *,
        coalesce(valid_from > max(valid_to) OVER earlier + 1, true) AS begins
    FROM spans
    WINDOW earlier AS (
        PARTITION BY leaf_level, leaf, level, area ORDER BY valid_from, valid_to
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
),
numbered AS (
    SELECT
        *,
        count_if(begins) OVER (
            PARTITION BY leaf_level, leaf, level, area ORDER BY valid_from, valid_to
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS island
    FROM begun
)
SELECT leaf_level, leaf, level, area, min(valid_from) AS valid_from, max(valid_to) AS valid_to
FROM numbered
GROUP BY leaf_level, leaf, level, area, island
ORDER BY leaf_level, level, leaf, valid_from
