-- one row per area of the level and span of validity that touches [$first, $last], by first day; geometry is WKB in
-- EPSG:4326, NULL where there is none or it is not wanted
SELECT area, name_zh, name_en, valid_from, CASE WHEN $outlines THEN geometry END AS geometry
FROM area
WHERE hierarchy = $hierarchy
  AND level = $level
  AND valid_from <= $last
  AND (valid_to IS NULL OR valid_to >= $first)
ORDER BY valid_from, area
