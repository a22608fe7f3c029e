-- one row per day from which on areas of a level are others than before: begun, or ended the day before
SELECT DISTINCT (day - DATE '1970-01-01')::INTEGER AS day
FROM (
    SELECT unnest([valid_from, valid_to + 1]) AS day
    FROM area
    WHERE hierarchy = $hierarchy
      AND level = $level
)
WHERE day IS NOT NULL
ORDER BY day
