-- area: areas of both hierarchies. path: every area with each area above it and the days it lies there.
-- leaf_set: the blocks an area consists of, from which the method makes its identity.
CREATE TABLE area AS
SELECT DISTINCT
    "体系" AS hierarchy,
    "层级" AS level,
    "编码" AS area,
    "上级编码" AS parent,
    CAST("生效日期" AS DATE) AS valid_from,
    CAST("失效日期" AS DATE) AS valid_to,
    hex(wkb) AS geometry
FROM read_parquet(getvariable('data') || '/areas/*.parquet')
WHERE "体系" IS NOT NULL AND "层级" IS NOT NULL AND "编码" IS NOT NULL AND "名称" IS NOT NULL AND "英文名称" IS NOT NULL
    AND "生效日期" IS NOT NULL AND coalesce("失效日期" >= "生效日期", true);

CREATE TABLE node AS
SELECT DISTINCT hierarchy, level, area, parent, valid_from, coalesce(valid_to, DATE '9999-12-31') AS valid_to FROM area;

CREATE TABLE every_path AS
WITH RECURSIVE climbed AS (
    SELECT hierarchy, level AS leaf_level, area AS leaf, level, area, parent, valid_from, valid_to FROM node
    UNION
    SELECT
        climbed.hierarchy, climbed.leaf_level, climbed.leaf, node.level, node.area, node.parent,
        greatest(climbed.valid_from, node.valid_from), least(climbed.valid_to, node.valid_to)
    FROM climbed
    JOIN node
        ON node.hierarchy = climbed.hierarchy
        AND node.area = climbed.parent
        AND node.level <> climbed.level
        AND node.valid_from <= climbed.valid_to
        AND node.valid_to >= climbed.valid_from
)
SELECT DISTINCT hierarchy, leaf_level, leaf, level, area, valid_from, valid_to FROM climbed;

-- Both hierarchies hold the whole and the blocks: one of them is enough to get there.
CREATE TABLE path AS
SELECT * EXCLUDE (hierarchy) FROM every_path WHERE hierarchy = 'police' OR level NOT IN ('city', 'block');

CREATE VIEW leaf_set AS SELECT level, area, leaf, valid_from, valid_to FROM path WHERE leaf_level = 'block';

CREATE TABLE quarantine (source VARCHAR, rule VARCHAR, rows BIGINT);
CREATE TABLE leaf (measure VARCHAR, leaf VARCHAR, day DATE, category VARCHAR, n BIGINT, k BIGINT);
CREATE TABLE stock (measure VARCHAR, leaf_level VARCHAR, leaf VARCHAR, as_of DATE, category VARCHAR, n BIGINT, k BIGINT);
CREATE TABLE served (
    measure VARCHAR, level VARCHAR, area VARCHAR, period VARCHAR, start DATE, category VARCHAR, value DOUBLE
);
CREATE MACRO filled(given) AS nullif(trim(given), '');
CREATE MACRO lines(files) AS TABLE
SELECT *
FROM read_csv(
    getvariable('data') || files, all_varchar = true, union_by_name = true, filename = true, header = true,
    delim = ',', quote = '"', escape = '"', sample_size = 1
);
