-- The 77 community areas.
SELECT
    line,
    'civic' AS hierarchy,
    'community' AS level,
    CAST("NID" AS VARCHAR) AS area,
    'chicago' AS parent,
    "community" AS name_zh,
    "community" AS name_en,
    DATE '2000-01-01' AS valid_from,
    CAST(NULL AS DATE) AS valid_to,
    hex(ST_AsWKB(geometry)) AS geometry
FROM raw
