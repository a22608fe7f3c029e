-- one row per span of validity of an area of the level, by code: place = 64-bit hash of the code, days since 1970-01-01
SELECT area,
       hash(area) AS place,
       (valid_from - DATE '1970-01-01')::INTEGER AS valid_from,
       (coalesce(valid_to, DATE '9999-12-31') - DATE '1970-01-01')::INTEGER AS valid_to
FROM area
WHERE hierarchy = $hierarchy
  AND level = $level
ORDER BY area, valid_from
