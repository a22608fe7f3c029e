-- District stations, known by the three-digit district that the cases name; the headquarters belongs to the whole city.
SELECT
    line,
    CASE WHEN "DISTRICT" = 'Headquarters' THEN 'headquarters' ELSE lpad("DISTRICT", 3, '0') END AS unit_id,
    CASE
        WHEN "DISTRICT" = 'Headquarters' THEN '警察局总部'
        ELSE '第' || "DISTRICT" || '分局派出所（' || "DISTRICT NAME" || '）'
    END AS name_zh,
    CASE
        WHEN "DISTRICT" = 'Headquarters' THEN 'Police headquarters'
        ELSE 'District ' || "DISTRICT" || ' station (' || "DISTRICT NAME" || ')'
    END AS name_en,
    CASE WHEN "DISTRICT" = 'Headquarters' THEN 'headquarters' ELSE 'station' END AS kind,
    CASE WHEN "DISTRICT" = 'Headquarters' THEN 'city' ELSE 'district' END AS level,
    CASE WHEN "DISTRICT" = 'Headquarters' THEN 'chicago' ELSE lpad("DISTRICT", 3, '0') END AS area
FROM raw
