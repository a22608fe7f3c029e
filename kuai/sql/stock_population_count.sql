-- Grain: one row per area, day of the count and group of residents. Unit: persons.
-- A published count has no record keys, so k is a keyed hash of the count's own identity.
SELECT
    level AS leaf_level,
    area AS leaf,
    as_of,
    category,
    CAST(sum(residents) AS BIGINT) AS n,
    CAST(
        ('0x' || left(sha256($outer::BLOB || unhex(sha256(
            $inner::BLOB || encode(concat_ws('|', level, area, as_of, category))
        ))), 8)) AS BIGINT
    ) AS k
FROM core_population_count
GROUP BY ALL
