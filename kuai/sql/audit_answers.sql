-- one row per answer in audit_answer, newest first, $most of them after the first $skipped; at = its moment (UTC)
SELECT
    n, "at", viewer, coalesce(device, false) AS is_device, role, purpose, reason, action, metric, level,
    string_split(areas, chr(10)) AS areas, period, "first", "last", category, rows, policy, snapshot
FROM audit_answer
ORDER BY n DESC
LIMIT $most OFFSET $skipped
