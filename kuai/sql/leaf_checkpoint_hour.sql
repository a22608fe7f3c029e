-- Grain: one row per located level, area (empty: unlocated), day and kind of count. Unit: passages.
-- A count without coordinates of its own lies where the newest listing of its checkpoint says, in the area that this place
-- belongs to on the day of the count. Reads checkpoint_area(longitude, latitude, level, area, valid_from, valid_to).
WITH registry AS (
    SELECT
        checkpoint_id,
        arg_max({'longitude': longitude, 'latitude': latitude}, (seen_on, longitude, latitude)) AS place
    FROM core_checkpoint
    WHERE longitude IS NOT NULL AND latitude IS NOT NULL
    GROUP BY ALL
),
lying AS (
    SELECT registry.checkpoint_id, 'area_' || lies.level AS located, lies.area, lies.valid_from, lies.valid_to
    FROM registry
    JOIN checkpoint_area AS lies
        ON lies.longitude = registry.place.longitude AND lies.latitude = registry.place.latitude
),
counted AS (
    FROM (SELECT checkpoint_id, day, category, passages, COLUMNS('^area_') FROM core_checkpoint_hour)
    UNPIVOT INCLUDE NULLS (own FOR located IN (COLUMNS('^area_')))
)
SELECT
    'passage_count' AS measure,
    substr(counted.located, 6) AS leaf_level,
    coalesce(counted.own, lying.area) AS leaf,
    counted.day,
    counted.category,
    CAST(sum(counted.passages) AS BIGINT) AS n,
    CAST(0 AS BIGINT) AS k
FROM counted
LEFT JOIN lying
    ON lying.checkpoint_id = counted.checkpoint_id
    AND lying.located = counted.located
    AND counted.day BETWEEN lying.valid_from AND lying.valid_to
GROUP BY ALL
