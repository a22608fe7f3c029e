-- One row per row of given, with all its columns and: is_upgraded (whether id_number had 15 digits), identity_rule
-- (the first rule it breaks, NULL for none) and id18 (the 18-digit number, NULL if a rule is broken).
-- Reads given(id_number, …) and region(code: digits a number may begin with, all of one length);
-- $today is the latest day of birth that is accepted.
SELECT
    * EXCLUDE (region6, birth8, order3, control, full18),
    CASE WHEN identity_rule IS NULL THEN full18 END AS id18
FROM (
    SELECT
        *,
        CASE
            WHEN NOT coalesce(regexp_full_match(full18, '[1-9][0-9]{16}[0-9X]'), false) THEN 'id_format'
            WHEN control <> right(full18, 1) THEN 'id_check_digit'
            WHEN birth8 NOT BETWEEN 19000101 AND CAST(strftime(CAST($today AS DATE), '%Y%m%d') AS INTEGER)
                OR birth8 // 100 % 100 NOT BETWEEN 1 AND 12
                OR birth8 % 100 NOT BETWEEN 1 AND CASE birth8 // 100 % 100
                    WHEN 2 THEN 28 + CAST(
                        birth8 // 10000 % 4 = 0
                        AND (birth8 // 10000 % 100 <> 0 OR birth8 // 10000 % 400 = 0) AS INTEGER
                    )
                    ELSE 30 + (birth8 // 100 % 100 + birth8 // 100 % 100 // 8) % 2
                END THEN 'id_birth_date'
            WHEN left(full18, (SELECT max(length(code)) FROM region)) NOT IN (SELECT code FROM region) THEN 'id_region'
        END AS identity_rule
    FROM (
        SELECT
            *,
            CASE WHEN is_upgraded THEN region6 || birth8 || right(id_number, 3) || control ELSE id_number END AS full18
        FROM (
            SELECT
                *,
                substr(
                    '10X98765432',
                    (
                        (region6 // 100000 % 10) * 7 + (region6 // 10000 % 10) * 9 + (region6 // 1000 % 10) * 10
                        + (region6 // 100 % 10) * 5 + (region6 // 10 % 10) * 8 + (region6 % 10) * 4
                        + (birth8 // 10000000 % 10) * 2 + (birth8 // 1000000 % 10) + (birth8 // 100000 % 10) * 6
                        + (birth8 // 10000 % 10) * 3 + (birth8 // 1000 % 10) * 7 + (birth8 // 100 % 10) * 9
                        + (birth8 // 10 % 10) * 10 + (birth8 % 10) * 5
                        + (order3 // 100 % 10) * 8 + (order3 // 10 % 10) * 4 + (order3 % 10) * 2
                    ) % 11 + 1,
                    1
                ) AS control
            FROM (
                SELECT
                    *,
                    TRY_CAST(left(id_number, 6) AS INTEGER) AS region6,
                    CASE
                        WHEN NOT is_upgraded THEN TRY_CAST(substr(id_number, 7, 8) AS INTEGER)
                        WHEN right(id_number, 3) IN ('996', '997', '998', '999')
                            THEN 18000000 + TRY_CAST(substr(id_number, 7, 6) AS INTEGER)
                        ELSE 19000000 + TRY_CAST(substr(id_number, 7, 6) AS INTEGER)
                    END AS birth8,
                    TRY_CAST(substr(id_number, 15 - 2 * CAST(is_upgraded AS INTEGER), 3) AS INTEGER) AS order3
                FROM (
                    SELECT
                        *,
                        coalesce(
                            length(id_number) = 15 AND regexp_full_match(id_number, '[1-9][0-9]{14}'), false
                        ) AS is_upgraded
                    FROM given
                )
            )
        )
    )
)
