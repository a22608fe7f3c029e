-- one row per measure and unbroken range of observed days, both inclusive
SELECT measure, first, last
FROM coverage
ORDER BY measure, first
