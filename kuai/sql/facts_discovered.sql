-- one row per category of cases that is found by the police's own work
SELECT category
FROM discovered
ORDER BY category
