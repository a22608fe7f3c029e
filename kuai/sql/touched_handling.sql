-- Grain: one row per leaf area, area above it and span of days, of the areas whose median of handling times may be other
-- than before by $period: those with a touched case that was closed or is.
-- Reads every_path, near_path (only from leaf areas in which something changed) and touched.
WITH placed AS (
    FROM (SELECT COLUMNS('^area_') FROM touched WHERE closed_at IS NOT NULL)
    UNPIVOT (leaf FOR located IN (COLUMNS('^area_')))
),
above AS (
    SELECT near_path.level, near_path.leaf_level, near_path.area
    FROM near_path
    JOIN released USING (level, leaf_level)
    SEMI JOIN (SELECT substr(located, 6) AS leaf_level, leaf FROM placed) AS closed USING (leaf_level, leaf)
    WHERE released.measure = 'median_handling_days' AND released.period = $period
)
FROM every_path SEMI JOIN above USING (level, leaf_level, area)
