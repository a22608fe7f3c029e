-- Grain: one row per cell of a part that is published anew. Unit: persons, protected.
-- A cell is taken as it is built now only where that is at least $least away from what was published; a hidden one counts
-- as $hidden. Otherwise it stays as it was, so that neither a new value nor an old one tells of a correction of a few
-- persons. The totals, or the categories, of a level that were not published at all are taken as they are; those that are
-- not built at all stay as they were.
-- Reads published(measure, level, area, period, start, category, value) and built, of the same columns.
WITH paired AS (
    SELECT
        measure, level, area, period, start, category,
        published.value AS before,
        built.value AS now,
        bool_or(published.value IS NOT NULL) OVER (PARTITION BY level, category = 'all') AS is_known,
        bool_or(built.value IS NOT NULL) OVER (PARTITION BY level, category = 'all') AS is_built
    FROM published
    FULL JOIN built USING (measure, level, area, period, start, category)
),
chosen AS (
    SELECT
        measure, level, area, period, start, category,
        CASE
            WHEN NOT is_known THEN now
            WHEN is_built AND abs(coalesce(now, $hidden) - coalesce(before, $hidden)) >= $least THEN now
            ELSE before
        END AS value
    FROM paired
)
SELECT measure, level, area, period, start, category, value
FROM chosen
WHERE value IS NOT NULL
