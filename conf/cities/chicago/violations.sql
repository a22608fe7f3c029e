-- Violations per camera and day; the file gives the camera's own coordinates.
SELECT
    line,
    "CAMERA_ID" AS checkpoint_id,
    try_strptime("VIOLATION DATE", '%m/%d/%Y') AS hour,
    24 AS span_hours,
    'violation' AS category,
    "VIOLATIONS" AS passages,
    "LONGITUDE" AS longitude,
    "LATITUDE" AS latitude
FROM raw
