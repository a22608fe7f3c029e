-- Grain: one row per checkpoint, kind, level that it is located at, and span of days that it operates on in one area (empty:
-- in none). It stands where its newest listing says; the last of all days is 9999-12-31 for one that still operates.
-- A checkpoint begins when the first snapshot that tells says so, for later ones restate the date of whatever stands there.
-- It ends the day before the first snapshot of its registry that no longer lists it.
-- Reads checkpoint_area(longitude, latitude, level, area, valid_from, valid_to), whose spans of one place and level hold
-- every day once.
WITH snapshots AS (
    SELECT DISTINCT kind, seen_on FROM core_checkpoint
),
merged AS (
    SELECT
        checkpoint_id,
        kind,
        arg_max(name, seen_on) AS name,
        arg_max({'longitude': longitude, 'latitude': latitude}, (seen_on, longitude, latitude))
            FILTER (longitude IS NOT NULL AND latitude IS NOT NULL) AS place,
        coalesce(arg_min(live_from, seen_on), min(seen_on)) AS live_from,
        max(seen_on) AS last_seen,
        arg_max_null(live_to, seen_on) AS live_to
    FROM core_checkpoint
    GROUP BY ALL
),
living AS (
    SELECT
        merged.checkpoint_id,
        merged.kind,
        merged.name,
        merged.place.longitude AS longitude,
        merged.place.latitude AS latitude,
        merged.live_from,
        coalesce(merged.live_to, min(snapshots.seen_on) - 1, DATE '9999-12-31') AS live_to
    FROM merged
    LEFT JOIN snapshots ON snapshots.kind = merged.kind AND snapshots.seen_on > merged.last_seen
    GROUP BY
        merged.checkpoint_id, merged.kind, merged.name, merged.place, merged.live_from, merged.live_to
)
SELECT
    living.* EXCLUDE (live_from, live_to),
    greatest(living.live_from, lies.valid_from) AS live_from,
    least(living.live_to, lies.valid_to) AS live_to,
    lies.level AS leaf_level,
    lies.area AS leaf
FROM living
JOIN checkpoint_area AS lies
    ON lies.longitude IS NOT DISTINCT FROM living.longitude
    AND lies.latitude IS NOT DISTINCT FROM living.latitude
    AND lies.valid_from <= living.live_to
    AND lies.valid_to >= living.live_from
