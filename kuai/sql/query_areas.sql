-- one row per area of the level that is valid on the day, by code; geometry is WKB in EPSG:4326 or NULL
SELECT area, level, hierarchy, parent, name_zh, name_en, valid_from, valid_to, geometry
FROM area
WHERE hierarchy = $hierarchy
  AND level = $level
  AND valid_from <= $day
  AND (valid_to IS NULL OR valid_to >= $day)
ORDER BY area
