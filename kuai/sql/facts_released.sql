-- one row per measure, level and period that is served
SELECT measure, level, period, summed_from
FROM released
ORDER BY measure, level, period
