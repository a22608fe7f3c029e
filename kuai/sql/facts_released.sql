-- one row per measure, level and period that is served
SELECT measure, level, period
FROM released
ORDER BY measure, level, period
