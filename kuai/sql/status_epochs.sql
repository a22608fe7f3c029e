-- one row per epoch of the noise that has served cells of some measures: first and last day that their periods begin on
SELECT
    len(list_filter($firsts::DATE[], lambda first: first <= start)) AS epoch,
    min(start) AS first,
    max(start) AS last,
    count(*) AS cells
FROM cell
WHERE list_contains($measures::VARCHAR[], measure)
GROUP BY ALL
ORDER BY epoch
