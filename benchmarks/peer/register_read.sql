-- given: rows of the register with the first rule each breaks.
CREATE OR REPLACE VIEW given AS
SELECT
    id_number,
    sex,
    year(birth_date) AS birth_year,
    area,
    registered_on,
    as_of,
    CASE
        WHEN birth_date IS NULL AND born IS NOT NULL THEN 'type:birth_date'
        WHEN registered_on IS NULL AND registered IS NOT NULL THEN 'type:registered_on'
        WHEN id_number IS NULL THEN 'required:id_number'
        WHEN sex IS NULL THEN 'required:sex'
        WHEN sex NOT IN ('F', 'M') THEN 'domain:sex'
        WHEN birth_date IS NULL THEN 'required:birth_date'
        WHEN birth_date < DATE '1850-01-01' THEN 'range:birth_date'
        WHEN area IS NULL THEN 'required:area'
        WHEN as_of IS NULL THEN 'required:as_of'
    END AS rule
FROM (
    SELECT
        filled("公民身份号码") AS id_number,
        CASE "性别" WHEN '男' THEN 'M' WHEN '女' THEN 'F' ELSE filled("性别") END AS sex,
        filled("出生日期") AS born,
        coalesce(CAST(try_strptime("出生日期", '%Y%m%d') AS DATE), TRY_CAST("出生日期" AS DATE)) AS birth_date,
        filled("块编码") AS area,
        filled("登记日期") AS registered,
        TRY_CAST("登记日期" AS DATE) AS registered_on,
        CAST(regexp_extract(filename, '__(\d{4}-\d{2}-\d{2})', 1) AS DATE) AS as_of
    FROM read_parquet(getvariable('data') || '/persons/persons_*.parquet', filename = true)
);
