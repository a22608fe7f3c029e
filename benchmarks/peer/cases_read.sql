-- checked: cases with the first rule each breaks; what is located next.
CREATE TABLE checked AS
SELECT
    case_id, category, occurred_at, reported_at, accepted_at, filed_at, closed_at, longitude, latitude, updated_at,
    CAST(occurred_at AS DATE) AS day,
    CASE
        WHEN occurred_at IS NULL AND occurred IS NOT NULL THEN 'type:occurred_at'
        WHEN reported_at IS NULL AND reported IS NOT NULL THEN 'type:reported_at'
        WHEN accepted_at IS NULL AND accepted IS NOT NULL THEN 'type:accepted_at'
        WHEN filed_at IS NULL AND filed IS NOT NULL THEN 'type:filed_at'
        WHEN closed_at IS NULL AND closed IS NOT NULL THEN 'type:closed_at'
        WHEN longitude IS NULL AND east IS NOT NULL THEN 'type:longitude'
        WHEN latitude IS NULL AND north IS NOT NULL THEN 'type:latitude'
        WHEN updated_at IS NULL AND updated IS NOT NULL THEN 'type:updated_at'
        WHEN case_id IS NULL THEN 'required:case_id'
        WHEN category IS NULL THEN 'required:category'
        WHEN occurred_at IS NULL THEN 'required:occurred_at'
        WHEN occurred_at < TIMESTAMP '1900-01-01' THEN 'range:occurred_at'
    END AS rule
FROM (
    SELECT
        filled("案件编号") AS case_id,
        CASE "案别"
            WHEN '盗窃' THEN 'theft'
            WHEN '盗窃电动车' THEN 'electric_bike_theft'
            WHEN '入室盗窃' THEN 'burglary'
            WHEN '诈骗' THEN 'fraud'
            WHEN '电信网络诈骗' THEN 'telecom_fraud'
            WHEN '殴打他人' THEN 'assault'
            WHEN '抢劫抢夺' THEN 'robbery'
            WHEN '故意损毁财物' THEN 'vandalism'
            WHEN '寻衅滋事' THEN 'public_order'
            WHEN '醉酒驾驶' THEN 'drunk_driving'
            WHEN '交通事故' THEN 'traffic_accident'
            WHEN '人员走失' THEN 'missing_person'
            ELSE filled("案别")
        END AS category,
        filled("发案时间") AS occurred,
        TRY_CAST("发案时间" AS TIMESTAMP) AS occurred_at,
        filled(coalesce("报案时间", "接报时间")) AS reported,
        TRY_CAST(coalesce("报案时间", "接报时间") AS TIMESTAMP) AS reported_at,
        filled("受理时间") AS accepted,
        TRY_CAST("受理时间" AS TIMESTAMP) AS accepted_at,
        filled("立案时间") AS filed,
        TRY_CAST("立案时间" AS TIMESTAMP) AS filed_at,
        filled("结案时间") AS closed,
        TRY_CAST("结案时间" AS TIMESTAMP) AS closed_at,
        filled("经度") AS east,
        TRY_CAST("经度" AS DOUBLE) AS longitude,
        filled("纬度") AS north,
        TRY_CAST("纬度" AS DOUBLE) AS latitude,
        filled("更新时间") AS updated,
        TRY_CAST("更新时间" AS TIMESTAMP) AS updated_at
    FROM (
        FROM lines('/cases/cases_*.csv')
        UNION ALL BY NAME
        SELECT NULL::VARCHAR AS "报案时间", NULL::VARCHAR AS "接报时间" WHERE false
    )
);

INSERT INTO quarantine SELECT 'cases', rule, count(*) FROM checked WHERE rule IS NOT NULL GROUP BY rule;
DELETE FROM checked WHERE rule IS NOT NULL;
