-- District stations; the headquarters belongs to the whole city.
SELECT
    line,
    'station-' || "DISTRICT" AS unit_id,
    "DISTRICT NAME" || ' 派出所' AS name_zh,
    "DISTRICT NAME" || ' station' AS name_en,
    'station' AS kind,
    CASE WHEN "DISTRICT" = 'Headquarters' THEN 'city' ELSE 'district' END AS level,
    CASE WHEN "DISTRICT" = 'Headquarters' THEN 'chicago' ELSE lpad("DISTRICT", 3, '0') END AS area
FROM raw
