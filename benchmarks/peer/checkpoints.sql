-- Checkpoints in operation from each day of change on, by block and kind; one ends when its registry drops it.
CREATE TABLE living AS
WITH snapshots AS (
    SELECT DISTINCT kind, seen_on FROM located
),
merged AS (
    SELECT
        checkpoint_id,
        kind,
        coalesce(min(live_from), min(seen_on)) AS live_from,
        max(seen_on) AS last_seen,
        max(live_to) AS live_to,
        arg_max(block, seen_on) AS block
    FROM located
    GROUP BY checkpoint_id, kind
)
SELECT
    checkpoint_id,
    kind,
    block,
    live_from,
    coalesce(
        live_to,
        (SELECT min(seen_on) - 1 FROM snapshots WHERE snapshots.kind = merged.kind AND seen_on > last_seen),
        DATE '9999-12-31'
    ) AS live_to
FROM merged;

INSERT INTO stock
WITH changes AS (
    SELECT DISTINCT live_from AS as_of FROM living
    UNION
    SELECT DISTINCT live_to + 1 FROM living WHERE live_to < DATE '9999-12-31'
    UNION
    SELECT DISTINCT turns.as_of
    FROM (
        SELECT leaf, valid_from AS as_of FROM path WHERE leaf_level = 'block'
        UNION ALL
        SELECT leaf, valid_to + 1 FROM path WHERE leaf_level = 'block' AND valid_to < DATE '9999-12-31'
    ) AS turns
    JOIN living ON living.block = turns.leaf AND turns.as_of BETWEEN living.live_from AND living.live_to
)
SELECT 'checkpoint_count', 'block', block, as_of, coalesce(kind, 'all'), count(*), 0
FROM changes
JOIN living ON as_of BETWEEN live_from AND live_to
GROUP BY GROUPING SETS ((block, as_of, kind), (block, as_of));

CREATE TABLE registry AS
SELECT checkpoint_id, arg_max(block, seen_on) AS block FROM located WHERE block IS NOT NULL GROUP BY checkpoint_id;
