-- Grain: one row per checkpoint, kind and level that it is located at: where it stands by its newest listing, and the days
-- that it operates on, of which the last is 9999-12-31 for one that still does.
-- A checkpoint begins when the first snapshot that tells says so, for later ones restate the date of whatever stands there.
-- It ends the day before the first snapshot of its registry that no longer lists it.
WITH snapshots AS (
    SELECT DISTINCT kind, seen_on FROM core_checkpoint
),
merged AS (
    SELECT
        checkpoint_id,
        kind,
        arg_max(name, seen_on) AS name,
        arg_max(longitude, seen_on) AS longitude,
        arg_max(latitude, seen_on) AS latitude,
        coalesce(arg_min(live_from, seen_on), min(seen_on)) AS live_from,
        max(seen_on) AS last_seen,
        max(live_to) AS live_to
    FROM core_checkpoint
    GROUP BY ALL
),
living AS (
    SELECT
        merged.checkpoint_id,
        merged.kind,
        merged.name,
        merged.longitude,
        merged.latitude,
        merged.live_from,
        coalesce(merged.live_to, min(snapshots.seen_on) - 1, DATE '9999-12-31') AS live_to
    FROM merged
    LEFT JOIN snapshots ON snapshots.kind = merged.kind AND snapshots.seen_on > merged.last_seen
    GROUP BY
        merged.checkpoint_id, merged.kind, merged.name, merged.longitude, merged.latitude, merged.live_from, merged.live_to
),
placed AS (
    SELECT checkpoint_id, kind, located, arg_max(area, seen_on) AS leaf
    FROM (
        FROM (SELECT checkpoint_id, kind, seen_on, COLUMNS('^area_') FROM core_checkpoint)
        UNPIVOT INCLUDE NULLS (area FOR located IN (COLUMNS('^area_')))
    )
    GROUP BY ALL
)
SELECT living.*, substr(placed.located, 6) AS leaf_level, placed.leaf
FROM living
JOIN placed USING (checkpoint_id, kind)
