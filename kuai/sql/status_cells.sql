-- one row per measure and level: served values, and how many of them the publisher withheld
SELECT measure, level, count(*) AS cells, (count(*) - count(value))::BIGINT AS withheld
FROM cell
GROUP BY measure, level
ORDER BY measure, level
