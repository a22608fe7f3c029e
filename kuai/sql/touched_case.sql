-- Grain: one row per delivery of a case that the batches $fresh brought, or brought again. Unit: none.
-- Reads core_case: all deliveries of the days that these batches touch. Of a case and day, either all rows or none.
WITH fresh AS (
    SELECT case_id, day FROM core_case WHERE batch_id IN (SELECT unnest($fresh::VARCHAR[]))
)
SELECT *, batch_id IN (SELECT unnest($fresh::VARCHAR[])) AS is_fresh
FROM core_case
SEMI JOIN fresh USING (case_id, day)
