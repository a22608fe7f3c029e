-- one row per viewer, role and purpose whose answers held numbers of the area $place of level $level, most answers first:
-- answers = questions answered, first_at and last_at = their moments (UTC), parts = those of them about areas within it.
-- $holders are the area and all areas that hold it; a question without areas, and a scope without places, means all.
SELECT
    viewer,
    coalesce(device, false) AS is_device,
    coalesce(role, '') AS role,
    coalesce(purpose, '') AS purpose,
    count(*) AS answers,
    count(*) FILTER (level <> $level) AS parts,
    min("at") AS first_at,
    max("at") AS last_at,
    list_sort(list(DISTINCT metric)) AS metrics
FROM audit_line
WHERE "at" >= $since
  AND "at" < $until
  AND list_contains($actions, action)
  AND outcome = 'answered'
  AND rows > 0
  AND city = $city
  AND ($metric = '' OR metric = $metric)
  AND coalesce(list_has_any(string_split(areas, chr(10)), $holders), true)
  AND CASE
      WHEN level = $level THEN coalesce(list_has_any(string_split(scope, chr(10)), $holders), true)
      ELSE coalesce(list_contains(string_split(areas, chr(10)), $place), false)
  END
GROUP BY ALL
ORDER BY answers DESC, viewer, role, purpose
