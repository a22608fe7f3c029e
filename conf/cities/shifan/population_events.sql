-- Births, deaths, moves and corrections of one month.
SELECT
    line,
    "事件编号" AS event_id,
    CASE "事件类型"
        WHEN '出生' THEN 'birth'
        WHEN '死亡' THEN 'death'
        WHEN '迁入' THEN 'move_in'
        WHEN '迁出' THEN 'move_out'
        WHEN '更正' THEN 'correction'
        ELSE "事件类型"
    END AS kind,
    "发生日期" AS occurred_on,
    "公民身份号码" AS id_number,
    CASE "性别" WHEN '男' THEN 'M' WHEN '女' THEN 'F' ELSE "性别" END AS sex,
    coalesce(CAST(try_strptime("出生日期", '%Y%m%d') AS DATE)::VARCHAR, "出生日期") AS birth_date,
    "块编码" AS area,
    "方向" AS direction
FROM raw
