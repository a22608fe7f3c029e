-- one row per span of validity of an area of the level that has a parent: place and parent = 64-bit hashes of the codes,
-- first and last valid day in days since 1970-01-01
SELECT hash(area) AS place,
       hash(parent) AS parent,
       (valid_from - DATE '1970-01-01')::INTEGER AS valid_from,
       (coalesce(valid_to, DATE '9999-12-31') - DATE '1970-01-01')::INTEGER AS valid_to
FROM area
WHERE hierarchy = $hierarchy
  AND level = $level
  AND parent IS NOT NULL
ORDER BY area, valid_from
