-- One row per cell of exact that may be served: value = persons counted plus noise; cells under $threshold are left
-- out, and nothing tells them from empty ones.
-- Reads exact(measure, level, area, canonical, period, start, category, n: persons, k: sum of their record keys) and
-- pad_cell(inner_pad, outer_pad, first, last), which a keyring lends: one row per epoch, and the days that its periods
-- begin on.
-- The noise is the first entry of the row of upper bounds $bounds (2 · reach + 1 numbers on a 32-bit scale) above
-- HMAC-SHA-256(K_cell, measure|canonical|category|period|start|n|k): the same cell with the same persons has the same
-- noise everywhere, any other cell or period has fresh noise.
SELECT measure, level, area, period, start, category, CAST(noisy AS DOUBLE) AS value
FROM (
    SELECT
        *,
        n + len(list_filter($bounds::BIGINT[], lambda bound: bound <= u)) - len($bounds::BIGINT[]) // 2 AS noisy
    FROM (
        SELECT
            exact.*,
            CAST(
                '0x' || left(
                    sha256(pad_cell.outer_pad || unhex(sha256(pad_cell.inner_pad || encode(
                        measure || '|' || canonical || '|' || category || '|' || period || '|'
                        || CAST(start AS DATE)::VARCHAR || '|' || n::BIGINT::VARCHAR || '|' || k::BIGINT::VARCHAR
                    )))), 8
                ) AS BIGINT
            ) AS u
        FROM exact JOIN pad_cell ON exact.start BETWEEN pad_cell.first AND pad_cell.last
    )
)
WHERE u IS NOT NULL AND noisy >= $threshold
