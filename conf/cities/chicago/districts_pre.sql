-- Districts until 17 December 2012: no outline was published, so each is the union of its beats.
SELECT
    line,
    'police' AS hierarchy,
    'district' AS level,
    '0' || "DISTRICT" AS area,
    'chicago' AS parent,
    '第' || ltrim("DISTRICT", '0') || '分局' AS name_zh,
    'District ' || ltrim("DISTRICT", '0') AS name_en,
    DATE '2000-01-01' AS valid_from,
    DATE '2012-12-17' AS valid_to,
    hex(ST_AsWKB(geometry)) AS geometry
FROM raw
