-- one row per day, in days since 1970-01-01, on which the stock stands at the level as a whole, or by category, in order
SELECT DISTINCT (start - DATE '1970-01-01')::INTEGER AS day
FROM cell
WHERE measure = $measure
  AND level = $level
  AND period = 'stock'
  AND (category = 'all') = ($category = 'all')
ORDER BY day
