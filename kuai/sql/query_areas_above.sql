-- one row per area of any hierarchy that ever held the area $area of level $level, as level and code; not itself
WITH RECURSIVE climbed AS (
    SELECT hierarchy, rank, level, area, parent FROM area JOIN level USING (hierarchy, level)
    WHERE level = $level AND area = $area
    UNION
    SELECT above.hierarchy, above.rank, above.level, above.area, above.parent
    FROM climbed
    JOIN (SELECT hierarchy, rank, level, area, parent FROM area JOIN level USING (hierarchy, level)) AS above
        ON above.hierarchy = climbed.hierarchy AND above.rank = climbed.rank - 1 AND above.area = climbed.parent
)
SELECT DISTINCT level, area
FROM climbed
WHERE NOT (level = $level AND area = $area)
ORDER BY level, area
