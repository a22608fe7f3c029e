-- Grain: one row per smallest area and day a boundary comes into force, or one ends without another. Unit: areas.
WITH changes AS (
    SELECT DISTINCT valid_from AS as_of FROM core_area
    UNION
    SELECT DISTINCT valid_to + 1 FROM core_area WHERE valid_to < DATE '9999-12-31'
)
SELECT DISTINCT
    core_area.level AS leaf_level,
    core_area.area AS leaf,
    changes.as_of,
    'all' AS category,
    CAST(1 AS BIGINT) AS n,
    CAST(0 AS BIGINT) AS k
FROM core_area
JOIN changes ON changes.as_of >= core_area.valid_from AND (core_area.valid_to IS NULL OR changes.as_of <= core_area.valid_to)
WHERE core_area.level = $leaf_level
