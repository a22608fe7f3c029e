-- the one row of the snapshot; published_at in UTC
SELECT snapshot, city, name_zh, name_en, published_at, run_id, policy_version, coalesce(time_zone, 'UTC') AS time_zone
FROM snapshot
