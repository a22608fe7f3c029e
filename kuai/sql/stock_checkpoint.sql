-- Grain: one row per located level, area, day of change and kind. Unit: checkpoints in operation from that day on.
-- A checkpoint begins when the first snapshot that tells says so, for later ones restate the date of whatever stands there.
-- It ends the day before the first snapshot of its registry that no longer lists it.
WITH snapshots AS (
    SELECT DISTINCT kind, seen_on FROM core_checkpoint
),
merged AS (
    SELECT
        checkpoint_id,
        kind,
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
        merged.live_from,
        coalesce(merged.live_to, min(snapshots.seen_on) - 1, DATE '9999-12-31') AS live_to
    FROM merged
    LEFT JOIN snapshots ON snapshots.kind = merged.kind AND snapshots.seen_on > merged.last_seen
    GROUP BY merged.checkpoint_id, merged.kind, merged.live_from, merged.live_to
),
placed AS (
    SELECT checkpoint_id, kind, located, arg_max(area, seen_on) AS leaf
    FROM (
        FROM (SELECT checkpoint_id, kind, seen_on, COLUMNS('^area_') FROM core_checkpoint)
        UNPIVOT INCLUDE NULLS (area FOR located IN (COLUMNS('^area_')))
    )
    GROUP BY ALL
),
changes AS (
    SELECT DISTINCT live_from AS as_of FROM living
    UNION
    SELECT DISTINCT live_to + 1 FROM living WHERE live_to < DATE '9999-12-31'
)
SELECT
    substr(placed.located, 6) AS leaf_level,
    placed.leaf,
    changes.as_of,
    coalesce(living.kind, 'all') AS category,
    count(*) AS n,
    CAST(0 AS BIGINT) AS k
FROM changes
JOIN living ON changes.as_of BETWEEN living.live_from AND living.live_to
JOIN placed USING (checkpoint_id, kind)
GROUP BY GROUPING SETS ((placed.located, placed.leaf, changes.as_of, living.kind), (placed.located, placed.leaf, changes.as_of))
