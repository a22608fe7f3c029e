-- Beats in force until 17 December 2012.
SELECT
    line,
    'police' AS hierarchy,
    'beat' AS level,
    "BEAT_NUM" AS area,
    '0' || "DISTRICT" AS parent,
    '巡区 ' || "BEAT_NUM" AS name_zh,
    'Beat ' || "BEAT_NUM" AS name_en,
    DATE '2000-01-01' AS valid_from,
    DATE '2012-12-17' AS valid_to,
    hex(ST_AsWKB(geometry)) AS geometry
FROM raw
