-- Grain: one row per located level, area, day of change and kind. Unit: checkpoints in operation from that day on.
-- Reads standing_checkpoint and path: they are counted anew too when an area that one stands in comes to lie in another.
WITH changes AS (
    SELECT DISTINCT live_from AS as_of FROM standing_checkpoint
    UNION
    SELECT DISTINCT live_to + 1 FROM standing_checkpoint WHERE live_to < DATE '9999-12-31'
    UNION
    SELECT DISTINCT turns.as_of
    FROM (
        SELECT leaf_level, leaf, valid_from AS as_of FROM path
        UNION ALL
        SELECT leaf_level, leaf, valid_to + 1 FROM path WHERE valid_to < DATE '9999-12-31'
    ) AS turns
    JOIN standing_checkpoint AS standing
        ON standing.leaf_level = turns.leaf_level
        AND standing.leaf = turns.leaf
        AND turns.as_of BETWEEN standing.live_from AND standing.live_to
)
SELECT
    standing.leaf_level,
    standing.leaf,
    changes.as_of,
    coalesce(standing.kind, 'all') AS category,
    count(*) AS n,
    CAST(0 AS BIGINT) AS k
FROM changes
JOIN standing_checkpoint AS standing ON changes.as_of BETWEEN standing.live_from AND standing.live_to
GROUP BY GROUPING SETS (
    (standing.leaf_level, standing.leaf, changes.as_of, standing.kind), (standing.leaf_level, standing.leaf, changes.as_of)
)
