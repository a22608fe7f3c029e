-- Cases of one delivery. The layout drifts: a column was added, and later 报案时间 was renamed 接报时间 and the order
-- changed; the empty table supplies whichever of the two a file lacks.
WITH either AS (
    SELECT CAST(NULL AS VARCHAR) AS "报案时间", CAST(NULL AS VARCHAR) AS "接报时间"
    WHERE false
),
delivered AS (
    SELECT * FROM raw
    UNION ALL BY NAME
    SELECT * FROM either
)
SELECT
    line,
    "案件编号" AS case_id,
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
        ELSE "案别"
    END AS category,
    "发案时间" AS occurred_at,
    coalesce("报案时间", "接报时间") AS reported_at,
    "受理时间" AS accepted_at,
    "立案时间" AS filed_at,
    "结案时间" AS closed_at,
    "接警单位" AS intake_unit,
    "办理单位" AS handling_unit,
    "处理结果" AS outcome,
    "经度" AS longitude,
    "纬度" AS latitude,
    "更新时间" AS updated_at
FROM delivered
