-- one row per line in [$since, $until) that was refused or not permitted, sign-ins that failed among them, newest first,
-- $most of them after the first $skipped; total = all of them
SELECT
    n, "at", viewer, coalesce(device, false) AS is_device, role, purpose, reason, action, outcome, metric, level,
    string_split(areas, chr(10)) AS areas, period, "first", "last", about, policy, snapshot, count(*) OVER () AS total
FROM audit_line
WHERE "at" >= $since
  AND "at" < $until
  AND outcome <> 'answered'
ORDER BY n DESC
LIMIT $most OFFSET $skipped
