-- One row per cell whose count has changed: the value from now on, NULL for a cell that is gone.
-- Unit: that of the measure. Reads counted (n: by how much a cell changed) and cell_file (cells before, the highest
-- place of one counts). For measures that are served as counted only.
WITH change AS (
    SELECT measure, level, area, period, start, category, n FROM counted WHERE n <> 0
),
held AS (
    SELECT * FROM cell_file
    SEMI JOIN change USING (measure, level, area, period, start, category)
    QUALIFY row_number() OVER (PARTITION BY measure, level, area, period, start, category ORDER BY place DESC) = 1
)
SELECT
    measure,
    level,
    area,
    period,
    start,
    category,
    nullif(coalesce(held.value, 0) + change.n, 0) AS value
FROM change
LEFT JOIN held USING (measure, level, area, period, start, category)
