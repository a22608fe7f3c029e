-- The population register of a county on one day; names and telephone numbers are never read.
SELECT
    line,
    "公民身份号码" AS id_number,
    CASE "性别" WHEN '男' THEN 'M' WHEN '女' THEN 'F' ELSE "性别" END AS sex,
    coalesce(CAST(try_strptime("出生日期", '%Y%m%d') AS DATE)::VARCHAR, "出生日期") AS birth_date,
    "块编码" AS area,
    "登记日期" AS registered_on,
    as_of
FROM raw
