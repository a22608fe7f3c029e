-- one row per viewer, role and purpose whose answers held numbers of the area $place of level $level, most answers first:
-- answers = questions answered, first_at and last_at = their moments (UTC), parts = those of them about areas within it.
-- $holders are the area and all areas that hold it; a question without areas, and a scope without places, means all.
WITH held AS (
    SELECT
        *,
        level = $level
            AND (areas IS NULL OR list_has_any(areas, $holders))
            AND (scope IS NULL OR list_has_any(scope, $holders)) AS is_itself
    FROM audit_line
    WHERE action IN (SELECT unnest($actions))
      AND outcome = 'answered'
      AND rows > 0
      AND coalesce(city, '') = $city
      AND "at" >= $since
      AND "at" < $until
      AND ($metric = '' OR metric = $metric)
)
SELECT
    viewer,
    coalesce(device, false) AS is_device,
    coalesce(role, '') AS role,
    coalesce(purpose, '') AS purpose,
    count(*) AS answers,
    count(*) FILTER (NOT is_itself) AS parts,
    min("at") AS first_at,
    max("at") AS last_at,
    list_sort(list(DISTINCT metric)) AS metrics
FROM held
WHERE is_itself OR list_contains(areas, $place)
GROUP BY ALL
ORDER BY answers DESC, viewer, role, purpose
