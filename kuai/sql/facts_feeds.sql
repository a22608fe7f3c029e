-- one row per source: what was expected of it and what came; budget and delay in hours, arrived_at in UTC
SELECT source, dataset, owner, every, expected_from, expected_until, due_hours, covered_until, arrived_at, budget_hours
FROM feed
ORDER BY dataset, source
