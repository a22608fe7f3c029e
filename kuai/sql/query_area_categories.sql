-- one row per served value of a measure, category and one area whose start lies in [$first, $last]:
-- day = start in days since 1970-01-01, value in the measure's unit (NaN: withheld)
SELECT category, (start - DATE '1970-01-01')::INTEGER AS day, coalesce(value, 'nan'::DOUBLE) AS value
FROM cell
WHERE measure = $measure
  AND level = $level
  AND period = $period
  AND start BETWEEN $first AND $last
  AND area = $area
