-- Grain: one row per leaf area in which something changed, area above it and span of days.
-- Reads every_path, leaf (by how much leaf counts changed) and touched (deliveries of cases of which there is a new one).
WITH placed AS (
    FROM (SELECT COLUMNS('^area_') FROM touched) UNPIVOT (leaf FOR located IN (COLUMNS('^area_')))
)
FROM every_path
SEMI JOIN (
    SELECT leaf_level, leaf FROM leaf
    UNION
    SELECT substr(located, 6) AS leaf_level, leaf FROM placed
) USING (leaf_level, leaf)
