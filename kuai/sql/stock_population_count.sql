-- Grain: one row per area, day of the count and group of residents. Unit: persons.
-- A published count has no record keys, so k is a keyed hash of the count's own identity, with the key that
-- pad_rkey(inner_pad, outer_pad) lends.
-- Of an area, day and group that several files count, the newest delivery counts: its place in delivery is the last.
-- Reads core_population_count, delivery and pad_rkey(inner_pad, outer_pad), which a keyring lends.
SELECT
    level AS leaf_level,
    area AS leaf,
    as_of,
    category,
    CAST(sum(residents) AS BIGINT) AS n,
    CAST(
        any_value('0x' || left(sha256(pad_rkey.outer_pad || unhex(sha256(
            pad_rkey.inner_pad || encode(concat_ws('|', level, area, as_of, category))
        ))), 8)) AS BIGINT
    ) AS k
FROM (
    FROM core_population_count
    LEFT JOIN delivery USING (batch_id)
    QUALIFY row_number() OVER (
        PARTITION BY level, area, as_of, category ORDER BY place DESC NULLS LAST, batch_id DESC
    ) = 1
)
CROSS JOIN pad_rkey
GROUP BY ALL
