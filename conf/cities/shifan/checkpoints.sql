-- One snapshot of the registry of checkpoints. Days of operation came later than the registry, and the heading of the
-- number changed; the empty table supplies what a snapshot lacks.
WITH any_layout AS (
    SELECT
        CAST(NULL AS VARCHAR) AS "卡口编号",
        CAST(NULL AS VARCHAR) AS "编号",
        CAST(NULL AS VARCHAR) AS "启用日期",
        CAST(NULL AS VARCHAR) AS "停用日期"
    WHERE false
),
listed AS (
    SELECT * FROM raw
    UNION ALL BY NAME
    SELECT * FROM any_layout
)
SELECT
    line,
    coalesce("卡口编号", "编号") AS checkpoint_id,
    "类型" AS kind,
    "卡口名称" AS name,
    "经度" AS longitude,
    "纬度" AS latitude,
    "启用日期" AS live_from,
    "停用日期" AS live_to,
    as_of AS seen_on
FROM listed
