-- one row per level and hierarchy that ever had an area of this code, from the root down
SELECT DISTINCT level.level, level.hierarchy, level.rank
FROM area
JOIN level USING (hierarchy, level)
WHERE area.area = $area
ORDER BY level.rank, level.hierarchy
