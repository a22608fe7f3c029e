-- One row per row of counted, with all its columns and canonical: what stands for the leaf areas that its area consisted
-- of, from the first to the last day of its period.
-- Reads counted(level, area, period, start, …) and canonical(level, area, valid_from, valid_to, canonical).
WITH spanned AS (
    SELECT DISTINCT
        level,
        area,
        period,
        start,
        CASE period
            WHEN 'week' THEN start + 6
            WHEN 'month' THEN last_day(start)
            WHEN 'quarter' THEN CAST(start + INTERVAL 3 MONTH - INTERVAL 1 DAY AS DATE)
            WHEN 'year' THEN CAST(start + INTERVAL 1 YEAR - INTERVAL 1 DAY AS DATE)
            ELSE start
        END AS last
    FROM counted
),
named AS (
    SELECT
        spanned.level,
        spanned.area,
        spanned.period,
        spanned.start,
        CASE count(*)
            WHEN 1 THEN any_value(canonical.canonical)
            ELSE left(sha256(string_agg(
                canonical.canonical || CAST(greatest(canonical.valid_from, spanned.start) AS VARCHAR),
                ',' ORDER BY canonical.valid_from
            )), 32)
        END AS canonical
    FROM spanned
    JOIN canonical
        ON canonical.level = spanned.level
        AND canonical.area = spanned.area
        AND canonical.valid_from <= spanned.last
        AND canonical.valid_to >= spanned.start
    GROUP BY spanned.level, spanned.area, spanned.period, spanned.start
)
SELECT counted.*, named.canonical
FROM counted
LEFT JOIN named USING (level, area, period, start)
