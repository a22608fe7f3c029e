-- One row per level, area and span of days in which the area consists of the same leaf areas: canonical = 32 hex digits
-- that stand for that set. Areas of any level, hierarchy, name or vintage that are the same set share it, so that they
-- share one noise; what becomes of an area later does not touch it. The first span has no beginning, the last no end.
-- Two sums of hashes of the leaves stand for a set, so that none is listed again for every change of one leaf.
-- Reads leaf_set(level, area, leaf, valid_from, valid_to); the spans of one leaf in one area do not overlap.
WITH hashed AS (
    SELECT
        leaf,
        CAST('0x' || substr(sha256(leaf), 1, 15) AS BIGINT)::HUGEINT AS one,
        CAST('0x' || substr(sha256(leaf), 16, 15) AS BIGINT)::HUGEINT AS other
    FROM (SELECT DISTINCT CAST(leaf AS VARCHAR) AS leaf FROM leaf_set)
),
member AS (
    SELECT DISTINCT level, area, leaf, valid_from, valid_to FROM leaf_set
),
step AS (
    SELECT level, area, valid_from AS day, one, other FROM member JOIN hashed USING (leaf)
    UNION ALL
    SELECT level, area, valid_to + 1 AS day, -one, -other
    FROM member
    JOIN hashed USING (leaf)
    WHERE valid_to < DATE '9999-12-31'
),
changed AS (
    SELECT level, area, day, sum(one) AS one, sum(other) AS other
    FROM step
    GROUP BY ALL
    HAVING sum(one) <> 0 OR sum(other) <> 0
)
SELECT
    level,
    area,
    CASE WHEN lag(day) OVER days IS NULL THEN DATE '0001-01-01' ELSE day END AS valid_from,
    coalesce(lead(day) OVER days - 1, DATE '9999-12-31') AS valid_to,
    left(sha256(CAST(sum(one) OVER days AS VARCHAR) || ',' || CAST(sum(other) OVER days AS VARCHAR)), 32) AS canonical
FROM changed
WINDOW days AS (PARTITION BY level, area ORDER BY day)
