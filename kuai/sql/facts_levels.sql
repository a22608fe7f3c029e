-- one row per hierarchy and level, from the root down
SELECT hierarchy, level, rank, name_zh, name_en, has_geometry
FROM level
ORDER BY rank, hierarchy
