-- The police hierarchy with every vintage: a station that was split, and its blocks, come once per span of validity.
SELECT
    line,
    "体系" AS hierarchy,
    "层级" AS level,
    "编码" AS area,
    "上级编码" AS parent,
    "名称" AS name_zh,
    "英文名称" AS name_en,
    "生效日期" AS valid_from,
    "失效日期" AS valid_to,
    hex(wkb) AS geometry
FROM raw
