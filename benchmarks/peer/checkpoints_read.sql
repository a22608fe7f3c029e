-- checked: the registry of checkpoints, snapshot by snapshot; what is located next.
CREATE OR REPLACE TABLE checked AS
SELECT
    filled(coalesce("卡口编号", "编号")) AS checkpoint_id,
    filled("类型") AS kind,
    TRY_CAST("经度" AS DOUBLE) AS longitude,
    TRY_CAST("纬度" AS DOUBLE) AS latitude,
    TRY_CAST("启用日期" AS DATE) AS live_from,
    TRY_CAST("停用日期" AS DATE) AS live_to,
    CAST(regexp_extract(filename, '__(\d{4}-\d{2}-\d{2})', 1) AS DATE) AS seen_on,
    seen_on AS day
FROM (
    FROM lines('/checkpoints/registry__*.csv')
    UNION ALL BY NAME
    SELECT NULL::VARCHAR AS "卡口编号", NULL::VARCHAR AS "编号", NULL::VARCHAR AS "启用日期", NULL::VARCHAR AS "停用日期" WHERE false
)
WHERE checkpoint_id IS NOT NULL AND kind IS NOT NULL AND seen_on IS NOT NULL;
