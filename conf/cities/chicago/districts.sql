-- District outlines in force since 18 December 2012; district 31 comes in three parts.
SELECT
    line,
    'police' AS hierarchy,
    'district' AS level,
    lpad("DIST_NUM", 3, '0') AS area,
    'chicago' AS parent,
    '第' || "DIST_NUM" || '分局' AS name_zh,
    'District ' || "DIST_NUM" AS name_en,
    DATE '2012-12-18' AS valid_from,
    CAST(NULL AS DATE) AS valid_to,
    hex(ST_AsWKB(geometry)) AS geometry
FROM raw
