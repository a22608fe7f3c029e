-- one row per served value of a measure, level and category on one of $days, all of which lie in [$first, $last]:
-- place = 64-bit hash of the area's code, day = days since 1970-01-01, value in the measure's unit (NaN: withheld)
SELECT hash(area) AS place, (start - DATE '1970-01-01')::INTEGER AS day, coalesce(value, 'nan'::DOUBLE) AS value
FROM cell
WHERE measure = $measure
  AND level = $level
  AND period = $period
  AND category = $category
  AND start BETWEEN $first AND $last
  AND start IN (SELECT unnest($days::DATE[]))
