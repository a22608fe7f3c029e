-- one row per area of $level and span of days in which it lies in the area $area of $within, in $hierarchy:
-- place = 64-bit hash of the code, first and last day in days since 1970-01-01
WITH RECURSIVE node AS (
    SELECT
        level.rank,
        area.level,
        area.area,
        area.parent,
        area.valid_from,
        coalesce(area.valid_to, DATE '9999-12-31') AS valid_to
    FROM area
    JOIN level ON level.hierarchy = area.hierarchy AND level.level = area.level
    WHERE area.hierarchy = $hierarchy
),
inside AS (
    SELECT rank, level, area, valid_from, valid_to FROM node WHERE level = $within AND area = $area
    UNION
    SELECT
        node.rank,
        node.level,
        node.area,
        greatest(inside.valid_from, node.valid_from) AS valid_from,
        least(inside.valid_to, node.valid_to) AS valid_to
    FROM inside
    JOIN node
        ON node.rank = inside.rank + 1
        AND node.parent = inside.area
        AND node.valid_from <= inside.valid_to
        AND node.valid_to >= inside.valid_from
)
SELECT
    hash(area) AS place,
    (valid_from - DATE '1970-01-01')::INTEGER AS valid_from,
    (valid_to - DATE '1970-01-01')::INTEGER AS valid_to
FROM inside
WHERE level = $level
ORDER BY area, valid_from
