-- Census blocks of 2010, known by code only: the first eleven digits are the tract.
SELECT
    line,
    'civic' AS hierarchy,
    'block' AS level,
    "CENSUS BLOCK FULL" AS area,
    left("CENSUS BLOCK FULL", 11) AS parent,
    '普查块 ' || right("CENSUS BLOCK FULL", 10) AS name_zh,
    'Census block ' || right("CENSUS BLOCK FULL", 10) AS name_en,
    DATE '2000-01-01' AS valid_from,
    CAST(NULL AS DATE) AS valid_to,
    CAST(NULL AS VARCHAR) AS geometry
FROM raw
