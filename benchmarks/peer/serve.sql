-- served: counts of persons with their noise (which the method protects), as far as they were released; all others as they
-- are.
INSERT INTO served
SELECT measure, level, area, period, start, category, CAST(n AS DOUBLE)
FROM counted
WHERE n > 0 AND measure NOT IN ('resident_count', 'population_event_count');

DELETE FROM counted WHERE (measure, period, start) NOT IN (SELECT measure, period, first FROM edition);
