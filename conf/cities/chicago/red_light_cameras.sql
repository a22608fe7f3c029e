-- Red light camera places as one snapshot of the registry lists them; a place is known by its streets, whatever signs
-- stand between them. When a street was moved, Damen-Fullerton-Elston became two crossings: the registry gives both the
-- date of the old one, which only Damen-Fullerton continues.
WITH spelled AS (
    SELECT
        line,
        as_of,
        trim(regexp_replace(upper("INTERSECTION"), '[^0-9A-Z]+', ' ', 'g')) AS place,
        trim(regexp_replace("INTERSECTION", '[^ -~]+', ' ', 'g')) AS name,
        "LONGITUDE" AS longitude,
        "LATITUDE" AS latitude,
        CAST(try_strptime("GO LIVE DATE", '%m/%d/%Y') AS DATE) AS went_live
    FROM raw
)
SELECT
    line,
    'red light ' || CASE place
        WHEN 'DAMEN FULLERTON' THEN 'DAMEN FULLERTON ELSTON'
        WHEN 'LAKE SHORE SB ER BELMONT' THEN 'LAKE SHORE BELMONT'
        ELSE place
    END AS checkpoint_id,
    'red_light' AS kind,
    name,
    longitude,
    latitude,
    CASE WHEN place <> 'DAMEN ELSTON' THEN went_live END AS live_from,
    CAST(NULL AS DATE) AS live_to,
    as_of AS seen_on
FROM spelled
