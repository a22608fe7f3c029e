-- given: population events with the first rule each breaks.
CREATE OR REPLACE VIEW given AS
SELECT
    id_number,
    kind,
    occurred_on AS day,
    area,
    CASE
        WHEN occurred_on IS NULL AND occurred IS NOT NULL THEN 'type:occurred_on'
        WHEN birth_date IS NULL AND born IS NOT NULL THEN 'type:birth_date'
        WHEN direction IS NULL AND sign IS NOT NULL THEN 'type:direction'
        WHEN event_id IS NULL THEN 'required:event_id'
        WHEN kind IS NULL THEN 'required:kind'
        WHEN kind NOT IN ('birth', 'death', 'move_in', 'move_out', 'correction') THEN 'domain:kind'
        WHEN occurred_on IS NULL THEN 'required:occurred_on'
        WHEN occurred_on < DATE '1900-01-01' THEN 'range:occurred_on'
        WHEN id_number IS NULL THEN 'required:id_number'
        WHEN sex IS NULL THEN 'required:sex'
        WHEN sex NOT IN ('F', 'M') THEN 'domain:sex'
        WHEN birth_date IS NULL THEN 'required:birth_date'
        WHEN birth_date < DATE '1850-01-01' THEN 'range:birth_date'
        WHEN area IS NULL THEN 'required:area'
        WHEN direction NOT BETWEEN -1 AND 1 THEN 'range:direction'
        WHEN kind = 'correction' AND direction IS NULL THEN 'required:direction'
    END AS rule
FROM (
    SELECT
        filled("事件编号") AS event_id,
        CASE "事件类型"
            WHEN '出生' THEN 'birth'
            WHEN '死亡' THEN 'death'
            WHEN '迁入' THEN 'move_in'
            WHEN '迁出' THEN 'move_out'
            WHEN '更正' THEN 'correction'
            ELSE filled("事件类型")
        END AS kind,
        filled("发生日期") AS occurred,
        TRY_CAST("发生日期" AS DATE) AS occurred_on,
        filled("公民身份号码") AS id_number,
        CASE "性别" WHEN '男' THEN 'M' WHEN '女' THEN 'F' ELSE filled("性别") END AS sex,
        filled("出生日期") AS born,
        coalesce(CAST(try_strptime("出生日期", '%Y%m%d') AS DATE), TRY_CAST("出生日期" AS DATE)) AS birth_date,
        filled("块编码") AS area,
        filled("方向") AS sign,
        TRY_CAST("方向" AS INTEGER) AS direction
    FROM lines('/population_events/events_*.csv')
);
