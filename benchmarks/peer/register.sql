-- person: accepted rows of the register, pseudonymised. Residents by block and group, each where registered last.
CREATE TABLE person AS
SELECT CAST(pid AS UUID) AS pid, rkey, area, sex, birth_year, registered_on, as_of, coalesce(rule, identity_rule) AS rule
FROM identified;

INSERT INTO quarantine SELECT 'persons', rule, count(*) FROM person WHERE rule IS NOT NULL GROUP BY rule;

CREATE TABLE grouped AS
WITH resident AS (
    SELECT
        as_of,
        pid,
        any_value(rkey) AS rkey,
        max(struct_pack(registered_on := registered_on, area := area, sex := sex, birth_year := birth_year)) AS latest
    FROM person
    WHERE rule IS NULL
    GROUP BY as_of, pid
)
SELECT
    as_of,
    latest.area AS area,
    CASE latest.sex WHEN 'F' THEN 'female' ELSE 'male' END AS sex,
    CASE
        WHEN year(as_of) - latest.birth_year < 18 THEN 'age_0_17'
        WHEN year(as_of) - latest.birth_year < 35 THEN 'age_18_34'
        WHEN year(as_of) - latest.birth_year < 60 THEN 'age_35_59'
        ELSE 'age_60_plus'
    END AS age,
    count(*) AS n,
    sum(rkey) AS k
FROM resident
GROUP BY ALL;

INSERT INTO stock
SELECT 'resident_count', 'block', area, as_of, coalesce(sex, age, 'all'), sum(n), sum(k)
FROM grouped
GROUP BY GROUPING SETS ((as_of, area), (as_of, area, sex), (as_of, area, age));

DROP TABLE person;
DROP TABLE grouped;
