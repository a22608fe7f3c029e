-- Beats in force since 18 December 2012; a beat in several parts comes as several rows.
SELECT
    line,
    'police' AS hierarchy,
    'beat' AS level,
    "BEAT_NUM" AS area,
    '0' || "DISTRICT" AS parent,
    '巡区 ' || "BEAT_NUM" AS name_zh,
    'Beat ' || "BEAT_NUM" AS name_en,
    DATE '2012-12-18' AS valid_from,
    CAST(NULL AS DATE) AS valid_to,
    hex(ST_AsWKB(geometry)) AS geometry
FROM raw
