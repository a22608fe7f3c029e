-- Grain: one row per block and group of residents. Unit: distinct persons; k is the sum of their record keys.
-- A person registered more than once lives where they registered last, an undated registration being the
-- oldest. Reads one range of pseudonyms.
WITH resident AS (
    SELECT
        pid,
        any_value(rkey) AS rkey,
        max(struct_pack(
            registered_on := coalesce(registered_on, DATE '0001-01-01'), area := area, sex := sex,
            birth_year := birth_year
        )) AS latest
    FROM core_person
    WHERE pid >= $first_pid AND pid < $end_pid
    GROUP BY pid
),
grouped AS (
    SELECT
        latest.area AS area,
        CASE latest.sex WHEN 'F' THEN 'female' ELSE 'male' END AS sex,
        CASE
            WHEN year($as_of) - latest.birth_year < 18 THEN 'age_0_17'
            WHEN year($as_of) - latest.birth_year < 35 THEN 'age_18_34'
            WHEN year($as_of) - latest.birth_year < 60 THEN 'age_35_59'
            ELSE 'age_60_plus'
        END AS age,
        count(*) AS n,
        CAST(sum(rkey) AS BIGINT) AS k
    FROM resident
    GROUP BY ALL
)
SELECT area AS leaf, coalesce(sex, age, 'all') AS category, CAST(sum(n) AS BIGINT) AS n, CAST(sum(k) AS BIGINT) AS k
FROM grouped
GROUP BY GROUPING SETS ((area), (area, sex), (area, age))
