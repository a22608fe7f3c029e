-- Violations per camera and day; the file gives the camera's own coordinates. A camera is known as in speed_cameras.sql,
-- by house number and street; the registry has another house number for some.
WITH spelled AS (
    SELECT
        line,
        trim(regexp_replace(regexp_replace(
            regexp_replace(upper("ADDRESS"), '[^0-9A-Z]+', ' ', 'g'),
            '\b(N|S|E|W|AVE?|AVENUE|RD|ROAD|ST|STREET|BLVD|DR|JR|HWY|PKWY)\b', '', 'g'
        ), ' +', ' ', 'g')) AS place,
        try_strptime("VIOLATION DATE", '%m/%d/%Y') AS hour,
        "VIOLATIONS" AS passages,
        "LONGITUDE" AS longitude,
        "LATITUDE" AS latitude
    FROM raw
)
SELECT
    line,
    'speed ' || CASE place
        WHEN '4965 ARCHER' THEN '4925 ARCHER'
        WHEN '324 ILLINOIS' THEN '319 ILLINOIS'
        ELSE place
    END AS checkpoint_id,
    hour,
    24 AS span_hours,
    'violation' AS category,
    passages,
    longitude,
    latitude
FROM spelled
