-- Grain: one row with the first and the last day that a file was observed to cover, both NULL if it covers none until
-- $until. Unit: local days; a stretch is a run of days with rows, none more than 62 days after the one before: a feed may
-- rest for two months, and rows farther off are wrong dates or late reports of what another file covered.
-- The stretch that holds most of the rows counts, and such others as have a tenth of its rows and more than one day. In a
-- file in which none holds more than half, rows are sparse, and all of them count. Reads kept.
WITH counted AS (
    SELECT day, count(*) AS n FROM kept WHERE day <= $until GROUP BY day
),
marked AS (
    SELECT day, n, coalesce(day - lag(day) OVER (ORDER BY day) > 62, false) AS is_far FROM counted
),
numbered AS (
    SELECT day, n, count_if(is_far) OVER (ORDER BY day) AS stretch FROM marked
),
stretch AS (
    SELECT min(day) AS first, max(day) AS last, count(*) AS days, sum(n) AS n FROM numbered GROUP BY stretch
),
weighed AS (
    SELECT *, max(n) OVER () AS most, sum(n) OVER () AS whole FROM stretch
)
SELECT min(first) AS first, max(last) AS last
FROM weighed
WHERE n = most OR 2 * most <= whole OR (days > 1 AND 10 * n >= most)
