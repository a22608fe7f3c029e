-- one row per day (UTC), role and purpose in [$since, $until): questions = lines that ask for numbers, refused = those of
-- them that were refused or not permitted, viewers = who asked them
SELECT
    CAST("at" AS DATE) AS day,
    coalesce(role, '') AS role,
    coalesce(purpose, '') AS purpose,
    count(*) AS questions,
    count(*) FILTER (outcome <> 'answered') AS refused,
    count(DISTINCT viewer) AS viewers
FROM audit_line
WHERE "at" >= $since
  AND "at" < $until
  AND list_contains($actions, action)
GROUP BY ALL
ORDER BY day, role, purpose
