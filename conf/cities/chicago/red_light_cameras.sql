-- Red light camera places as one snapshot of the registry lists them.
SELECT
    line,
    'red light ' || upper("INTERSECTION") AS checkpoint_id,
    'red_light' AS kind,
    "INTERSECTION" AS name,
    "LONGITUDE" AS longitude,
    "LATITUDE" AS latitude,
    CAST(try_strptime("GO LIVE DATE", '%m/%d/%Y') AS DATE) AS live_from,
    CAST(NULL AS DATE) AS live_to,
    as_of AS seen_on
FROM raw
