-- one row per measure and category that is served
SELECT measure, category
FROM category
ORDER BY measure, category
