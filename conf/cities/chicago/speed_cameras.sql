-- Speed camera places as one snapshot of the registry lists them; a place is known by number, direction and street.
SELECT
    line,
    'speed ' || regexp_replace(
        regexp_replace(upper("ADDRESS"), ' \(SPEED CAMERA\)| (AVE|RD|ST|BLVD|DR|HWY|PKWY|AVENUE|STREET|ROAD)\.?( |$)', '', 'g'),
        '\s+', ' ', 'g'
    ) AS checkpoint_id,
    'speed' AS kind,
    replace("ADDRESS", ' (Speed Camera)', '') AS name,
    "LONGITUDE" AS longitude,
    "LATITUDE" AS latitude,
    CAST(try_strptime("GO-LIVE DATE", '%m/%d/%Y') AS DATE) AS live_from,
    CAST(NULL AS DATE) AS live_to,
    as_of AS seen_on
FROM raw
