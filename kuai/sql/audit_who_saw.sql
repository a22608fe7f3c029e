-- one row per viewer, role and purpose of the answers in audit_answer, most answers first: answers = their number,
-- first_at and last_at = their moments (UTC), parts = those of them about areas within the one of level $level.
SELECT
    viewer,
    coalesce(device, false) AS is_device,
    coalesce(role, '') AS role,
    coalesce(purpose, '') AS purpose,
    count(*) AS answers,
    count(*) FILTER (NOT list_contains(string_split(level, '+'), $level)) AS parts,
    min("at") AS first_at,
    max("at") AS last_at,
    list_sort(list(DISTINCT metric)) AS metrics
FROM audit_answer
GROUP BY ALL
ORDER BY answers DESC, viewer, role, purpose
