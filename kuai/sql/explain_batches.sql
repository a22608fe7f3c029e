-- one row per ingested file of the datasets whose days touch [$first, $last]; counts in rows, ingested_at in UTC
SELECT batch_id, dataset, source, path, rows_read, accepted, quarantined, unlocated, first_day, last_day, ingested_at,
       run_id
FROM batch
WHERE list_contains($datasets, dataset)
  AND coalesce(first_day, $first) <= $last
  AND coalesce(last_day, $last) >= $first
ORDER BY dataset, source, path, batch_id
