-- Reported incidents; coordinates are those of the street block. The portal's reporting date is not published.
SELECT
    line,
    "ID" AS case_id,
    replace("Primary Type", 'NON - CRIMINAL', 'NON-CRIMINAL') AS category,
    try_strptime("Date", '%m/%d/%Y %I:%M:%S %p') AS occurred_at,
    CAST(NULL AS TIMESTAMP) AS reported_at,
    CAST(NULL AS TIMESTAMP) AS accepted_at,
    CAST(NULL AS TIMESTAMP) AS filed_at,
    CAST(NULL AS TIMESTAMP) AS closed_at,
    "District" AS intake_unit,
    "District" AS handling_unit,
    CASE WHEN "Arrest" = 'true' THEN 'arrest' END AS outcome,
    "Longitude" AS longitude,
    "Latitude" AS latitude,
    try_strptime("Updated On", '%m/%d/%Y %I:%M:%S %p') AS updated_at
FROM raw
