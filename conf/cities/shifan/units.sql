-- Provincial office, bureaus of prefectures and counties, and stations.
SELECT
    line,
    "单位编码" AS unit_id,
    "名称" AS name_zh,
    "英文名称" AS name_en,
    "类别" AS kind,
    "层级" AS level,
    "辖区" AS area
FROM raw
