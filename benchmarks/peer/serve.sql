-- served: counts of persons with their noise (noisy, which the method protects), all others as they are.
INSERT INTO served
SELECT measure, level, area, period, start, category, CAST(n AS DOUBLE)
FROM counted
WHERE n > 0 AND measure NOT IN ('resident_count', 'population_event_count');

CREATE OR REPLACE TABLE exact AS
SELECT counted.*, coalesce(canonical.canonical, 'root') AS canonical
FROM counted
LEFT JOIN canonical USING (level, area)
WHERE measure IN ('resident_count', 'population_event_count');
