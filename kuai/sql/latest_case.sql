-- Grain: one row per case and day, as its source last changed it, of the days whose $period begins in [$first, $last].
-- Where the source does not say when, the newest delivery counts: that whose place in delivery is the last.
-- Only what was delivered more than once is put in order: next to nothing is.
WITH delivered AS (
    SELECT
        case_id,
        day,
        category,
        occurred_at,
        reported_at,
        accepted_at,
        filed_at,
        closed_at,
        updated_at,
        batch_id,
        COLUMNS('^area_')
    FROM core_case
    WHERE day BETWEEN $first AND $last + INTERVAL 366 DAY AND date_trunc($period, day) BETWEEN $first AND $last
),
repeated AS (
    SELECT case_id, day FROM delivered GROUP BY ALL HAVING count(*) > 1
),
last AS (
    FROM delivered
    SEMI JOIN repeated USING (case_id, day)
    LEFT JOIN delivery USING (batch_id)
    QUALIFY row_number() OVER (
        PARTITION BY case_id, day ORDER BY updated_at DESC NULLS LAST, place DESC NULLS LAST, batch_id DESC
    ) = 1
)
SELECT * EXCLUDE (case_id, updated_at, batch_id)
FROM (
    FROM delivered ANTI JOIN repeated USING (case_id, day) UNION ALL SELECT * EXCLUDE (place) FROM last
)
