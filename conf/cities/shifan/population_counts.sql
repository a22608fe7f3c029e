-- Residents per community as the bureau of statistics counted them.
SELECT
    line,
    'community' AS level,
    "社区编码" AS area,
    "统计日期" AS as_of,
    'all' AS category,
    "常住人口" AS residents
FROM raw
