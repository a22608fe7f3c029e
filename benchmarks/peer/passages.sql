-- passage_hour: passages by checkpoint and hour. Passages by block and day: where the registry last saw the checkpoint.
CREATE TABLE passage_hour AS
SELECT
    CASE WHEN rule IS NULL THEN checkpoint_id END AS checkpoint_id,
    CASE WHEN rule IS NULL THEN date_trunc('hour', passed_at) END AS hour,
    rule,
    count(*) AS passages
FROM (
    SELECT
        checkpoint_id,
        passed_at,
        CASE
            WHEN passed_at IS NULL AND passed IS NOT NULL THEN 'type:passed_at'
            WHEN checkpoint_id IS NULL THEN 'required:checkpoint_id'
            WHEN passed_at IS NULL THEN 'required:passed_at'
            WHEN passed_at < TIMESTAMP '1990-01-01' THEN 'range:passed_at'
        END AS rule
    FROM (
        SELECT
            filled("卡口编号") AS checkpoint_id,
            filled("通过时间") AS passed,
            TRY_CAST("通过时间" AS TIMESTAMP) AS passed_at
        FROM lines('/passages/passages_*.csv')
    )
)
GROUP BY ALL;

INSERT INTO quarantine SELECT 'passages', rule, sum(passages) FROM passage_hour WHERE rule IS NOT NULL GROUP BY rule;

INSERT INTO leaf
SELECT 'passage_count', block, CAST(hour AS DATE), 'passage', sum(passages), 0
FROM passage_hour
LEFT JOIN registry USING (checkpoint_id)
WHERE rule IS NULL
GROUP BY ALL;

DROP TABLE passage_hour;
