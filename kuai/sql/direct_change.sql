-- One row per cell of $measure by $period that is other than before: the value from now on, NULL for a cell that is gone.
-- Unit: that of the measure. Reads direct (cells as they are now) and near_cell (the same cells before, the highest place
-- of one counts).
WITH held AS (
    SELECT * FROM near_cell
    WHERE measure = $measure AND period = $period
    QUALIFY row_number() OVER (PARTITION BY level, area, start, category ORDER BY place DESC) = 1
)
SELECT measure, level, area, period, start, category, direct.value
FROM direct
FULL JOIN held USING (measure, level, area, period, start, category)
WHERE direct.value IS DISTINCT FROM held.value
