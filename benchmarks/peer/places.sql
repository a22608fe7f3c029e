-- Areas and units as they stand within the boundaries; residents counted by the statistics office are only checked.
INSERT INTO stock
SELECT DISTINCT 'area_count', 'block', area.area, changes.as_of, 'all', 1, 0
FROM area
JOIN (SELECT DISTINCT valid_from AS as_of FROM area) AS changes
    ON changes.as_of BETWEEN area.valid_from AND coalesce(area.valid_to, DATE '9999-12-31')
WHERE area.level = 'block';

INSERT INTO stock
SELECT
    'unit_count', "层级", "辖区", (SELECT max(valid_from) FROM area), coalesce("类别", 'all'), count(DISTINCT "单位编码"), 0
FROM lines('/units/units.csv')
WHERE filled("单位编码") IS NOT NULL AND filled("名称") IS NOT NULL AND filled("英文名称") IS NOT NULL
    AND filled("类别") IS NOT NULL AND filled("层级") IS NOT NULL AND filled("辖区") IS NOT NULL
GROUP BY GROUPING SETS (("层级", "辖区", "类别"), ("层级", "辖区"));

INSERT INTO quarantine
SELECT 'population_counts', 'type:residents', count(*)
FROM lines('/population_counts/counts__*.csv')
WHERE filled("社区编码") IS NULL OR TRY_CAST("统计日期" AS DATE) IS NULL OR coalesce(TRY_CAST("常住人口" AS BIGINT) < 0, true);
