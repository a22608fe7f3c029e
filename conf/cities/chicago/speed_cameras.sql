-- Speed camera places as one snapshot of the registry lists them. Snapshots spell an address in many ways, so a place is
-- known by house number and street alone; three changed their house number and keep the one they had first.
-- The programme began in August 2013: an earlier go-live date is a slip of the pen.
WITH spelled AS (
    SELECT
        line,
        as_of,
        trim(regexp_replace(regexp_replace(
            regexp_replace(replace(upper("ADDRESS"), '(SPEED CAMERA)', ''), '[^0-9A-Z]+', ' ', 'g'),
            '\b(N|S|E|W|AVE?|AVENUE|RD|ROAD|ST|STREET|BLVD|DR|JR|HWY|PKWY)\b', '', 'g'
        ), ' +', ' ', 'g')) AS place,
        trim(regexp_replace("ADDRESS", '\(Speed Camera\)', '', 'i')) AS name,
        "LONGITUDE" AS longitude,
        "LATITUDE" AS latitude,
        CAST(try_strptime("GO-LIVE DATE", '%m/%d/%Y') AS DATE) AS went_live
    FROM raw
)
SELECT
    line,
    'speed ' || CASE place
        WHEN '11 CHICAGO' THEN '19 CHICAGO'
        WHEN '324 ILLINOIS' THEN '319 ILLINOIS'
        WHEN '1306 76TH' THEN '1330 76TH'
        ELSE place
    END AS checkpoint_id,
    'speed' AS kind,
    name,
    longitude,
    latitude,
    CASE WHEN went_live >= DATE '2013-08-01' THEN went_live END AS live_from,
    CAST(NULL AS DATE) AS live_to,
    as_of AS seen_on
FROM spelled
