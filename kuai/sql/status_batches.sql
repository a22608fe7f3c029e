-- one row per dataset and source: files and rows in all, last ingest in UTC
SELECT dataset,
       source,
       count(*) AS files,
       sum(rows_read)::BIGINT AS rows_read,
       sum(accepted)::BIGINT AS accepted,
       sum(quarantined)::BIGINT AS quarantined,
       sum(unlocated)::BIGINT AS unlocated,
       max(ingested_at) AS ingested_at
FROM batch
GROUP BY dataset, source
ORDER BY dataset, source
