-- Census tracts of 2010 with the community area each belongs to.
SELECT
    line,
    'civic' AS hierarchy,
    'tract' AS level,
    geoid10 AS area,
    commarea AS parent,
    '普查区 ' || printf('%g', CAST(right(geoid10, 6) AS INTEGER) / 100) AS name_zh,
    'Census tract ' || printf('%g', CAST(right(geoid10, 6) AS INTEGER) / 100) AS name_en,
    DATE '2000-01-01' AS valid_from,
    CAST(NULL AS DATE) AS valid_to,
    hex(ST_AsWKB(geometry)) AS geometry
FROM raw
