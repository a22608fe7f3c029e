-- Residents per census block on census day, 1 April 2010.
SELECT
    line,
    'block' AS level,
    "CENSUS BLOCK FULL" AS area,
    DATE '2010-04-01' AS as_of,
    'all' AS category,
    "TOTAL POPULATION" AS residents
FROM raw
